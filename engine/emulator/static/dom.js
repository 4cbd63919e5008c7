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
  play: "M7 4.500v15l13-7.500z",
  photo: "M4 4h16a2 2 0 0 1 2 2v12a2 2 0 0 1-2 2H4a2 2 0 0 1-2-2V6c0-1.1.9-2 2-2zm1 13h14l-4.500-6-3.500 4.500-2.500-3zM8 7a1.800 1.800 0 1 0 0 3.600A1.800 1.800 0 0 0 8 7z",
  album: "M3 3h8v8H3zm10 0h8v8h-8zM3 13h8v8H3zm10 0h8v8h-8z",
  voice: "M12 2a3.500 3.500 0 0 1 3.500 3.500v6a3.500 3.500 0 0 1-7 0v-6A3.500 3.500 0 0 1 12 2zM5 11h2a5 5 0 0 0 10 0h2a7 7 0 0 1-6 6.900V22h-2v-4.100A7 7 0 0 1 5 11z",
  film: "M3 6a2 2 0 0 1 2-2h9a2 2 0 0 1 2 2v3.500l5-3.500v12l-5-3.500V18a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2z",
  music: "M9 4l11-2v13.500a3 3 0 1 1-2-2.800V7l-7 1.300v9.200a3 3 0 1 1-2-2.800z",
  gif: "M4 4h16a2 2 0 0 1 2 2v12a2 2 0 0 1-2 2H4a2 2 0 0 1-2-2V6c0-1.1.9-2 2-2zm2 5v6h4v-4H8v1.500h.8V14H7.500v-4H10V9zm6 0v6h1.500V9zm3 0v6h1.500v-2H19v-1.500h-2.500V10H19V9z",
  sticker: "M5 3h14a2 2 0 0 1 2 2v9l-7 7H5a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2zm8 16.500L19.500 13H15a2 2 0 0 0-2 2zM8 8v2h2V8zm6 0v2h2V8z",
  person: "M12 3a4.500 4.500 0 1 1 0 9 4.500 4.500 0 0 1 0-9zm-9 18c0-4.400 4-7 9-7s9 2.600 9 7z",
  people: "M9 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8zm7 1a3.500 3.500 0 1 1 0 7 5.500 5.500 0 0 0 0-7zM2 20c0-4 3-6.500 7-6.500s7 2.500 7 6.500zm15-6c3 .6 5 2.700 5 6h-4c0-2.400-.4-4.300-1-6z",
  poll: "M4 20V11h4v9zm6 0V4h4v16zm6 0v-6h4v6z",
  check: "M4 3h16a1 1 0 0 1 1 1v16a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1zm6.500 13.500 7-7L16 8l-5.500 5.500L8 11l-1.500 1.500z",
  story: "M12 2a10 10 0 1 1 0 20 10 10 0 0 1 0-20zm0 2a8 8 0 1 0 0 16 8 8 0 0 0 0-16zm0 3a5 5 0 1 1 0 10 5 5 0 0 1 0-10z",
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
  const initials = [...String(name).trim()].slice(0, 1).join("").toUpperCase() || "?";
  return element(`span.avatar.shade${Math.abs(seed) % 7}`, { "aria-hidden": "true" }, initials);
}
