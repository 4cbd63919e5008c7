// Files → what is seen and played of them. Knows nothing of texts and buttons.
import { element, icon } from "./dom.js";

const SHOWN = new Set(["photo", "sticker"]);
const MOVING = new Set(["video", "animation", "video_note"]);
const NAMES = { photo: "Photo", voice: "Voice message", video_note: "Video message", animation: "GIF", video: "Video", audio: "Music", sticker: "Sticker" };
const BARS = 28;

export const isPicture = (message) => SHOWN.has(message.media?.kind) || MOVING.has(message.media?.kind) && message.media.kind !== "video_note";
export const isBare = (message) => message.media?.kind === "sticker" || message.media?.kind === "video_note";
export const nameOf = (file) => file.file_name ?? NAMES[file.kind] ?? file.kind;

/** The file of a message. */
export function media(message) {
  const file = message.media;
  if (SHOWN.has(file.kind) && file.file_size) return picture(file, message);
  if (file.kind === "animation" && /^image\//.test(file.mime_type ?? "")) return picture(file, message);
  if (MOVING.has(file.kind)) return film(file, message);
  if (file.kind === "voice" || file.kind === "audio") return sound(file);
  return element("a.card", { href: file.url, download: nameOf(file) },
    element("span.avatar.shade5", { "aria-hidden": "true" }, icon("file")),
    element("span", {}, element("b", {}, nameOf(file)), element("small", {}, size(file.file_size))));
}

/** The files of an album: pictures side by side, others below each other. */
export function album(messages) {
  const isPictures = messages.every(isPicture);
  return element(`div.album${isPictures ? ".pictures" : ""}`, {}, ...messages.map((message) => media(message)));
}

function picture(file, message) {
  return element(`img.${file.kind === "sticker" ? "sticker" : "photo"}${message.has_media_spoiler ? ".veiled" : ""}`, {
    src: file.url, alt: message.caption ?? NAMES[file.kind], loading: "lazy", width: file.width, height: file.height,
    onclick: (event) => event.currentTarget.classList.remove("veiled"),
  });
}

function film(file, message) {
  const kind = file.kind === "animation" ? "GIF" : time(file.duration);
  const still = element(`button.film.${file.kind}${message.has_media_spoiler ? ".veiled" : ""}`, {
    type: "button", title: nameOf(file), "aria-label": `Play ${NAMES[file.kind]}`,
    onclick: () => still.classList.contains("veiled") ? still.classList.remove("veiled") : play(),
  }, element("span.play", {}, icon("play")), element("small", {}, kind));
  function play() {
    const player = element(`video.film.${file.kind}`, { src: file.url, controls: file.kind === "video", autoplay: true, loop: file.kind === "animation", onended: () => player.replaceWith(still) });
    player.addEventListener("error", () => { player.replaceWith(still); spoil(still); });
    still.replaceWith(player);
  }
  return still;
}

function sound(file) {
  const button = element("button.avatar.shade5.play", { type: "button", "aria-label": `Play ${nameOf(file)}`, onclick: play }, icon("play"));
  let player = null;
  function play() {
    if (player && !player.paused) { player.pause(); return; }
    player ??= Object.assign(new Audio(file.url), { onerror: () => spoil(button) });
    player.play().catch(() => spoil(button));
  }
  const what = file.kind === "voice" ? waves(file) : element("b", {}, file.title ?? nameOf(file));
  const more = [file.performer, time(file.duration)].filter(Boolean).join(" · ");
  return element(`div.card.sound.${file.kind}`, {}, button, element("span", {}, what, element("small", {}, more)));
}

/** Says that a file cannot be played: samples have nothing in them. */
function spoil(button) {
  button.classList.add("spoilt");
  button.title = "There is nothing to play in this file";
  button.disabled = true;
}

function waves(file) {
  const bars = [...Array(BARS)].map((_, index) => {
    const seed = file.file_unique_id.charCodeAt(index % file.file_unique_id.length) * (index + 7);
    return element("i", { style: `height: ${4 + (seed % 15)}px` });
  });
  return element("span.waves", { role: "img", "aria-label": NAMES.voice }, ...bars);
}

const time = (seconds = 0) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

function size(bytes) {
  if (!bytes) return "";
  return bytes < 1024 ? `${bytes} B` : bytes < 1048576 ? `${(bytes / 1024).toFixed(1)} KB` : `${(bytes / 1048576).toFixed(1)} MB`;
}
