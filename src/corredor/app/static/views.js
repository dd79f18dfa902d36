// The pages of the app in one document: the address tells which one is shown.

const HASH = /^#\/(\w+)$/;

// Calls `opened(name)` each time another page is shown; returns what tells which one is.
export function views(opened) {
  const pages = [...document.querySelectorAll("[data-view]")];
  const names = pages.map((page) => page.dataset.view);
  const now = () => {
    const name = HASH.exec(location.hash)?.[1];
    return names.includes(name) ? name : names[0];
  };
  const turn = (moved) => {
    const name = now();
    for (const page of pages) page.hidden = page.dataset.view !== name;
    for (const link of document.querySelectorAll("nav a")) {
      if (link.hash === `#/${name}`) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    if (moved) {
      scrollTo(0, 0);
      pages.find((page) => !page.hidden).querySelector("h2")?.focus();
    }
    opened(name);
  };
  addEventListener("hashchange", () => { if (HASH.test(location.hash) || !location.hash) turn(true); });
  turn(false);
  return now;
}
