// What is under a chat: input, attachments, commands, reply keyboard. Knows nothing of messages.
import { makeAttachments } from "./attachments.js";
import { element, icon } from "./dom.js";
import { label, summary } from "./message.js";

const REQUESTS = {
  request_contact: ["person", "Shares the phone number"], request_location: ["place", "Shares the location"], request_poll: ["poll", "Makes a poll"],
  request_users: ["people", "Chooses people"], request_chat: ["people", "Chooses a chat"], request_managed_bot: ["app", "Makes a bot"], web_app: ["app", "Opens a web app"],
};
const requested = (button) => REQUESTS[Object.keys(REQUESTS).find((name) => button[name])];
const requestOf = (button) => requested(button)?.[1];
const requestMark = (button) => requested(button) && element("span.mark", {}, icon(requested(button)[0]));

/** `act` has the functions text(text, replyTo), body(body), below(button), start(). */
export function makeComposer(act) {
  const state = { view: null, keyboardOpen: true, shownKeyboard: "", dismissedReply: null };
  const input = element("textarea", { rows: 1, placeholder: "Message", "aria-label": "Message", dir: "auto", enterKeyHint: "send" });
  const send = iconButton("send", "Send", () => submit());
  const toggle = iconButton("keys", "Show or hide the keyboard", () => { state.keyboardOpen = !state.keyboardOpen; draw(); });
  const menu = element("button.menu", { type: "button", "aria-haspopup": "true", onclick: () => toggleCommands() }, "Menu");
  const commands = element("ul.commands", { hidden: true, "aria-label": "Commands" });
  const attachments = makeAttachments({
    body: (body) => act.body(replied(body)), caption: () => { const text = input.value.trim(); input.value = ""; grow(); draw(); return text; },
    user: () => state.view.user,
  });
  const clip = iconButton("clip", "Attach", () => attachments.toggle());
  const reply = element("div.replying", { hidden: true });
  const keys = element("div.reply-keys", { role: "group", "aria-label": "Keyboard" });
  const whole = element("button.whole", { type: "button", hidden: true });
  const line = element("div.line", {}, menu, clip, input, toggle, send);
  const root = element("footer.composer", { hidden: true }, commands, attachments.root, reply, whole, line, keys);

  input.addEventListener("input", () => { grow(); suggest(); draw(); });
  input.addEventListener("keydown", onKey);
  root.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    commands.hidden = true;
    attachments.hide();
    input.focus();
  });

  /** A message that answers the one which forces a reply. */
  function replied(body) {
    const target = replyTarget();
    if (target === undefined) return body;
    state.dismissedReply = target;
    if (body instanceof FormData) body.append("reply_to_message_id", target);
    else body = { ...body, reply_to_message_id: target };
    draw();
    return body;
  }

  function onKey(event) {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); submit(); }
    if (event.key === "ArrowDown" && !commands.hidden) { event.preventDefault(); commands.querySelector("button")?.focus(); }
  }

  function submit() {
    const text = input.value.trim();
    if (!text) return;
    input.value = "";
    commands.hidden = true;
    grow();
    act.text(text, replyTarget());
    state.dismissedReply = replyTarget() ?? state.dismissedReply;
    draw();
    input.focus();
  }

  function grow() {
    input.style.height = "auto";
    input.style.height = `${Math.min(input.scrollHeight, 140)}px`;
  }

  function suggest() {
    const typed = input.value;
    fillCommands((state.view?.commands ?? []).filter(({ command }) => `/${command}`.startsWith(typed)));
    commands.hidden = !typed.startsWith("/") || commands.children.length === 0;
  }

  function toggleCommands() {
    fillCommands(state.view?.commands ?? []);
    commands.hidden = !commands.hidden;
    if (!commands.hidden) commands.querySelector("button")?.focus();
  }

  function fillCommands(list) {
    commands.replaceChildren(...list.map(({ command, description }) =>
      element("li", {}, element("button", { type: "button", onclick: () => {
        commands.hidden = true; input.value = ""; draw(); act.text(`/${command}`); input.focus();
      } }, element("b", {}, `/${command}`), element("span", {}, description)))));
  }

  function replyTarget() {
    const forced = state.view?.keyboard?.force_reply;
    const last = forced ? state.view.messages.findLast((message) => message.from_bot)?.message_id : undefined;
    return last === state.dismissedReply ? undefined : last;
  }

  function drawKeyboard() {
    const markup = state.view.keyboard;
    const signature = JSON.stringify(markup);
    if (signature !== state.shownKeyboard) { state.shownKeyboard = signature; state.keyboardOpen = true; }
    const rows = markup?.keyboard ?? [];
    toggle.hidden = rows.length === 0 || Boolean(markup.is_persistent);
    keys.hidden = rows.length === 0 || !(state.keyboardOpen || markup.is_persistent);
    keys.classList.toggle("tall", !markup?.resize_keyboard);
    keys.replaceChildren(...rows.map((row) => element("div.row", {}, ...row.map((button) =>
      element(`button${button.style ? `.${button.style}` : ""}`, { type: "button", title: requestOf(button), onclick: () => act.below(button) }, ...label(button), requestMark(button))))));
    input.placeholder = markup?.input_field_placeholder ?? "Message";
  }

  function drawWhole() {
    const { started, blocked } = state.view;
    whole.hidden = started && !blocked;
    line.hidden = !whole.hidden;
    whole.textContent = blocked ? "Restart bot" : "Start";
    whole.onclick = () => act.start();
  }

  function draw() {
    if (!state.view) return;
    drawKeyboard();
    drawWhole();
    if (!whole.hidden) keys.hidden = true;
    menu.hidden = state.view.commands.length === 0 || input.value !== "";
    send.classList.toggle("ready", input.value.trim() !== "");
    const target = state.view.messages.find((message) => message.message_id === replyTarget());
    reply.hidden = !target;
    reply.replaceChildren(...(target ? [element("b", {}, `Reply to ${target.from.first_name}`), element("span", {}, summary(target)),
      element("button.icon-button.cross", { type: "button", "aria-label": "Do not reply", onclick: () => { state.dismissedReply = target.message_id; draw(); } }, icon("close"))] : []));
  }

  /** Begins a message that the person may go on writing. */
  function begin(text) {
    input.value = text;
    grow();
    draw();
    input.focus();
  }

  return { root, begin, focus: () => input.focus(), update(view) { state.view = view; root.hidden = false; draw(); } };
}

function iconButton(name, label, onclick) {
  return element("button.icon-button", { type: "button", "aria-label": label, title: label, onclick }, icon(name));
}
