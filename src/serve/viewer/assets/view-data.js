/** Loads data and builds elements. Data are scripts that call `put`, since a page on `file:` may not fetch. */
globalThis.dreamgymView = (() => {
  "use strict";
  const waiting = new Map();
  const loaded = new Map();

  function put(key, value) {
    waiting.get(key)?.(value);
  }

  /** The value of a key, loaded once. */
  function load(key) {
    const known = loaded.get(key);
    if (known !== undefined) return known;
    const value = new Promise((resolve, reject) => {
      const script = document.createElement("script");
      waiting.set(key, resolve);
      script.src = `data/${key}.js`;
      script.addEventListener("load", () => script.remove());
      script.addEventListener("error", () => {
        loaded.delete(key);
        reject(new Error(`data/${key}.js is missing. Write the view again.`));
      });
      document.head.append(script);
    });
    loaded.set(key, value);
    return value;
  }

  /** An element. Texts become text nodes, so no recorded content is ever read as HTML. */
  function element(tag, attributes = {}, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (value === null || value === undefined || value === false) continue;
      if (name === "onclick") made.addEventListener("click", value);
      else made.setAttribute(name, value === true ? "" : String(value));
    }
    made.append(...children.flat().filter((child) => child !== null && child !== undefined));
    return made;
  }

  return { put, load, element };
})();
