// The menu of what people can send beside a text. Knows nothing of who takes it.
import { element, icon } from "./dom.js";
import { askChecklist, askContact, askPlace, askPoll } from "./sharing.js";

const DICE = ["🎲", "🎯", "🏀", "⚽", "🎳", "🎰"];
const ALBUM = 10;

/** `act` has the functions body(body), caption(), which takes what was written, and user(). */
export function makeAttachments(act) {
  const send = async (asked) => { const body = await asked; if (body) await act.body(body); };
  const root = element("div.attachments", { hidden: true, role: "menu", "aria-label": "Attach" },
    choice("photo", "Photo or video", () => pick("image/*,video/*", kindOfPicture)),
    choice("file", "File", () => pick("", () => "document")),
    choice("photo", "Sample photo", () => send({ photo: true, ...captioned() })),
    choice("album", "Sample album", () => sendAlbum([{ photo: true }, { photo: true }, { photo: true }])),
    choice("voice", "Voice message", () => send({ voice: true })),
    choice("film", "Video message", () => send({ video_note: true })),
    choice("music", "Music", () => send({ audio: true, ...captioned() })),
    choice("gif", "GIF", () => send({ animation: true, ...captioned() })),
    choice("sticker", "Sticker", () => send({ sticker: true })),
    choice("person", "Contact", () => send(askContact(act.user()))),
    choice("place", "Location", () => send(askPlace())),
    choice("place", "Venue", () => send(askPlace("Share a venue", true))),
    choice("poll", "Poll", () => send(askPoll())),
    choice("check", "Checklist", () => send(askChecklist())),
    element("div.dices", { role: "group", "aria-label": "Dice" }, ...DICE.map((emoji) =>
      element("button", { type: "button", role: "menuitem", "aria-label": `Throw ${emoji}`, onclick: () => { hide(); send({ dice: emoji }); } }, emoji))));

  function hide() { root.hidden = true; }

  function choice(name, text, action) {
    return element("button", { type: "button", role: "menuitem", onclick: () => { hide(); action(); } }, icon(name), element("span", {}, text));
  }

  function captioned() {
    const caption = act.caption();
    return caption ? { caption } : {};
  }

  async function sendAlbum(bodies) {
    const group = bodies.length > 1 ? { media_group_id: String(Date.now()) } : {};
    const [first, ...others] = bodies;
    await act.body({ ...first, ...group, ...captioned() });
    for (const body of others) await act.body({ ...body, ...group });
  }

  function pick(accept, kindOf) {
    const picker = element("input", { type: "file", accept, multiple: true, onchange: () => sendFiles([...picker.files].slice(0, ALBUM), kindOf) });
    picker.click();
  }

  async function sendFiles(files, kindOf) {
    const caption = act.caption();
    const group = String(Date.now());
    for (const [index, file] of files.entries()) {
      const form = new FormData();
      form.append(kindOf(file), file);
      if (files.length > 1) form.append("media_group_id", group);
      if (index === 0 && caption) form.append("caption", caption);
      await act.body(form);
    }
  }

  root.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const all = [...root.querySelectorAll("[role=menuitem]")];
    all[(all.indexOf(document.activeElement) + step + all.length) % all.length].focus();
  });
  return { root, hide, toggle() { root.hidden = !root.hidden; if (!root.hidden) root.querySelector("button").focus(); } };
}

const kindOfPicture = (file) => file.type.startsWith("video/") ? "video" : file.type === "image/gif" ? "animation" : "photo";
