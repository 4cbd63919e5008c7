// Makes elements. Text is only ever set as text, never as HTML.

/** element("button.big", {type: "button"}, "text", child, …); `on…` properties become listeners. */
export function element(selector, properties = {}, ...children) {
  const [tag, ...classes] = selector.split(".");
  const made = document.createElement(tag);
  if (classes.length) made.className = classes.join(" ");
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name in made && !name.startsWith("aria")) made[name] = value;
    else made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

const PATHS = {
  send: "M3 20.5 22 12 3 3.500V10l13 2-13 2z",
  clip: "M16.5 6v11.500a4.5 4.5 0 0 1-9 0V5a3 3 0 0 1 6 0v10.500a1.5 1.5 0 0 1-3 0V6H9v9.500a3 3 0 0 0 6 0V5a4.5 4.5 0 0 0-9 0v12.500a6 6 0 0 0 12 0V6z",
  keys: "M4 5h16a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2H4a2 2 0 0 1-2-2V7c0-1.1.9-2 2-2zm1 3v2h2V8zm4 0v2h2V8zm4 0v2h2V8zm4 0v2h2V8zM5 12v2h2v-2zm4 0v2h6v-2zm8 0v2h2v-2z",
  close: "M18.3 5.7 12 12l6.3 6.3-1.4 1.400L10.6 13.4 4.3 19.7 2.9 18.3 9.2 12 2.9 5.7 4.3 4.300l6.3 6.3 6.3-6.300z",
  file: "M6 2h8l6 6v12a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2V4c0-1.1.9-2 2-2zm7 1.500V9h5.500z",
  link: "M7 7v2h6.6L6 16.6 7.4 18 15 10.4V17h2V7z",
  app: "M4 5h16a1 1 0 0 1 1 1v12a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1zm1 5v7h14v-7z",
  copy: "M8 3h11a2 2 0 0 1 2 2v11h-2V5H8zm-3 4h9a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V9c0-1.1.9-2 2-2z",
  share: "M14 4.500v4C7 9.500 4 14.500 3 19.500c2.500-3.500 6-5.100 11-5.100v4.100l7-7z",
  star: "M12 2.500l2.900 6 6.600.9-4.800 4.600 1.200 6.500L12 17.400l-5.900 3.100 1.200-6.500L2.500 9.400l6.600-.9z",
  pin: "M16 3v2l-1 1v5l3 3v2h-5v6l-1 1-1-1v-6H6v-2l3-3V6L8 5V3z",
  place: "M12 2a7 7 0 0 0-7 7c0 5.2 7 13 7 13s7-7.8 7-13a7 7 0 0 0-7-7zm0 9.500A2.5 2.5 0 1 1 12 6.500a2.5 2.5 0 0 1 0 5z",
};

export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

export function avatar(name, seed) {
  const initials = [...name.trim()].slice(0, 1).join("").toUpperCase() || "?";
  return element(`span.avatar.shade${Math.abs(seed) % 7}`, { "aria-hidden": "true" }, initials);
}
