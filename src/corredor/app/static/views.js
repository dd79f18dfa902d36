// The pages of the app in one document: the address tells which one is shown.

const HASH = /^#\/(\w+)$/;

/**
 * Returns the page that an address names, or the first.
 * @param {string} hash
 * @param {string[]} names
 */
export function viewOf(hash, names) {
  const name = HASH.exec(hash)?.[1];
  return name !== undefined && names.includes(name) ? name : names[0];
}

/**
 * Calls `opened` each time another page is shown; returns what tells which one is.
 * @param {(name: string) => void} opened
 */
export function views(opened) {
  const pages = [.../** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-view]"))];
  const names = pages.map((page) => page.dataset.view ?? "");
  const now = () => viewOf(location.hash, names);
  /** @param {boolean} moved */
  const turn = (moved) => {
    const name = now();
    for (const page of pages) page.hidden = page.dataset.view !== name;
    /** @type {NodeListOf<HTMLAnchorElement>} */
    const links = document.querySelectorAll("nav a");
    for (const link of links) {
      if (link.hash === `#/${name}`) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    if (moved) {
      scrollTo(0, 0);
      pages.find((page) => !page.hidden)?.querySelector("h2")?.focus();
    }
    opened(name);
  };
  addEventListener("hashchange", () => { if (HASH.test(location.hash) || !location.hash) turn(true); });
  turn(false);
  return now;
}
