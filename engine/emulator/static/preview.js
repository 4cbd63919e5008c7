// What Telegram shows of the page that a text links to, and how a message came. Knows no buttons.
import { element } from "./dom.js";

const EFFECTS = {
  "5104841245755180586": "🔥", "5107584321108051014": "👍", "5104858069142078462": "👎",
  "5159385139981059251": "❤️", "5046509860389126442": "🎉", "5046589136895476101": "💩",
};

/** The card of the first link of a text, or of the one that is to be shown in its place; null where there is none. */
export function preview(message) {
  const options = message.link_preview_options ?? {};
  const address = options.is_disabled || !message.text ? null : options.url ?? firstLink(message);
  if (!address) return null;
  const size = options.prefer_large_media ? ".large" : options.prefer_small_media ? ".small" : "";
  return element(`a.preview${size}`, { href: address, target: "_blank", rel: "noreferrer" },
    element("b", {}, host(address)), element("span", {}, address));
}

export const isPreviewAbove = (message) => Boolean(message.link_preview_options?.show_above_text);

/** Signs in the corner of a message: its effect, whether it may be passed on, whether it made a sound. */
export function signs(message) {
  const found = [];
  if (message.effect_id) found.push(["effect", EFFECTS[message.effect_id] ?? "✨", "Arrived with an effect"]);
  if (message.has_protected_content) found.push(["protected", "🔒", "Cannot be forwarded or saved"]);
  if (message.is_silent) found.push(["silent", "🔕", "Arrived without a sound"]);
  return found.map(([name, sign, title]) => element(`span.sign.${name}`, { title, role: "img", "aria-label": title }, sign));
}

function firstLink(message) {
  const links = message.entities.filter((one) => one.type === "text_link" || one.type === "url");
  const first = links.sort((a, b) => a.offset - b.offset)[0];
  if (!first) return null;
  const written = message.text.slice(first.offset, first.offset + first.length);
  const address = first.url ?? (written.includes("://") ? written : `https://${written}`);
  return /^https?:/i.test(address) ? address : null;
}

function host(address) {
  try {
    return new URL(address).host;
  } catch {
    return address;
  }
}
