"""The local web app: a page on this computer with map, charts, levers and comparisons.

The server keeps runs in a folder, gives them to one worker process, and serves the page and the
data; everything the browser draws comes from here, and nothing from the internet.
"""
