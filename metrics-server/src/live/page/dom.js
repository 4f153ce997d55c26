// Elements: made in one line, without a string that is read as HTML.

/**
 * An element. A property that begins with `on` is a listener, one that is `true` or `false` an attribute that is there
 * or not, `null` nothing; all others are attributes.
 */
export function h(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (value === true) element.setAttribute(key, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(key, value);
  }
  element.append(...children.flat(2).filter((child) => child !== null && child !== undefined));
  return element;
}

/** Writes only what differs: a text that is written anew is laid out anew. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** What was remembered in this browser; the fallback where nothing may be. */
export function remembered(key, fallback) {
  try {
    return JSON.parse(localStorage.getItem(`metrics-live:${key}`)) ?? fallback;
  } catch {
    return fallback;
  }
}

export function remember(key, value) {
  try {
    localStorage.setItem(`metrics-live:${key}`, JSON.stringify(value));
  } catch {
    // a browser that keeps nothing still shows everything
  }
}
