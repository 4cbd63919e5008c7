// One person's chat: header, messages, composer. Knows nothing of the other panels.
import * as api from "./api.js";
import { avatar, element, icon } from "./dom.js";
import { bubble, grouped, summary } from "./message.js";
import { money } from "./cards.js";
import { makeComposer } from "./composer.js";
import { alertDialog, ask } from "./dialogs.js";
import { deepLink, follow, useButton } from "./links.js";
import { answerRequest } from "./sharing.js";
import { makeTopics } from "./topics.js";

const TYPING_MS = 5500;
const TOAST_MS = 3500;
const SLOW_MS = 5000;
const NEAR_END = 90;

export class Panel {
  constructor(place, onChat, onClose) {
    this.place = place;
    this.drawn = new Map();
    this.answered = null;
    this.pressed = new Map();
    this.list = element("ol.messages", { role: "log", "aria-live": "polite", "aria-label": "Messages", tabIndex: 0 });
    this.atEnd = true;
    this.list.addEventListener("scroll", () => {
      this.atEnd = this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight < NEAR_END;
    });
    this.list.addEventListener("load", () => this.stayAtEnd(), true);
    new ResizeObserver(() => this.stayAtEnd()).observe(this.list);
    this.head = element("header.head");
    this.topics = makeTopics(() => { this.atEnd = true; this.update(this.whole); });
    this.pinned = element("div.pinned", { hidden: true });
    this.toasts = element("div.toasts", { role: "status" });
    this.composer = makeComposer({
      text: (text, replyTo) => this.send(replyTo ? { text, reply_to_message_id: replyTo } : { text }),
      body: (body) => this.send(body),
      below: (button) => this.pressBelow(button),
      start: () => this.start(),
    });
    this.client = {
      start: (payload) => this.start(payload),
      toast: (text) => this.toast(text),
      begin: (text) => this.composer.begin(text),
    };
    this.list.addEventListener("click", (event) => this.followLink(event));
    this.onChat = onChat;
    this.onClose = onClose;
    this.root = element("section.panel", {}, this.head, this.topics.root, this.pinned, element("div.scene", {}, this.list, this.toasts), this.composer.root);
  }

  async do(action, body) {
    try {
      return await action(this.place, body);
    } catch (error) {
      this.toast(error.message, "problem");
      return null;
    }
  }

  send(body) {
    return this.do(api.send, this.topics.placed(body));
  }

  start(payload = "") {
    return this.do(api.send, { text: `/start ${payload}`.trim() });
  }

  async pressBelow(button) {
    const answer = await answerRequest(button, this.view);
    if (answer) await this.do(api.press, { text: button.text, ...answer });
  }

  /** A link into the bot is followed here, as Telegram follows it by itself. */
  followLink(event) {
    const link = event.target.closest("a[href]");
    if (!link || link.hasAttribute("download") || !deepLink(link.href, this.view.bot)) return;
    event.preventDefault();
    follow(link.href, this.view, this.client);
  }

  update(whole) {
    const first = this.answered === null;
    const view = this.topics.narrow(whole);
    this.whole = whole;
    this.view = view;
    this.root.setAttribute("aria-label", `${view.user.first_name}'s chat`);
    this.drawHead(view);
    this.drawPinned(view);
    const grew = this.drawMessages(view);
    this.composer.update(view);
    this.drawAlerts(view, first);
    if (first || (grew && view.messages.at(-1)?.from.id === view.user.id)) this.atEnd = true;
    this.stayAtEnd();
  }

  stayAtEnd() {
    if (this.atEnd) this.list.scrollTop = this.list.scrollHeight;
  }

  drawHead(view) {
    const group = view.chat.type !== "private";
    const name = group ? view.chat.title : view.bot?.first_name ?? "Bot";
    clearTimeout(this.typingTimer);
    const typing = view.typing && !this.typingOver(view);
    const status = typing ? element("span.status.typing", {}, view.typing === "typing" ? "typing" : "sending a file", element("i"))
      : element("span.status", {}, group ? membersOf(view) : "bot");
    const chats = view.user.chats.length > 1 ? this.chatPicker(view) : null;
    this.head.replaceChildren(avatar(name, view.bot?.id ?? 1), element("div.who", {}, element("h2", {}, name), status),
      chats ?? "", element("span.as", { title: `Telegram id ${view.user.id}, language ${view.user.language_code ?? "?"}` },
        avatar(view.user.first_name, view.user.id), element("span", {}, element("b", {}, view.user.first_name),
          element("small", {}, `${view.user.id} · ${view.user.language_code ?? "?"}`))),
      element("button.icon-button.shut", { type: "button", title: "Close", "aria-label": `Close ${view.user.first_name}'s chat`, onclick: this.onClose }, icon("close")));
  }

  typingOver(view) {
    const started = `${view.typing}${view.messages.length}`;
    if (this.typingSeen !== started) { this.typingSeen = started; this.typingSince = Date.now(); }
    const left = TYPING_MS - (Date.now() - this.typingSince);
    if (left > 0) this.typingTimer = setTimeout(() => this.drawHead(this.view), left);
    return left <= 0;
  }

  chatPicker(view) {
    const options = view.user.chats.map((chat) =>
      element("option", { value: chat.id, selected: chat.id === view.chat.id }, chat.title ?? "Bot"));
    return element("select.chats", { "aria-label": "Chat", onchange: (event) => this.onChat(Number(event.target.value)) }, ...options);
  }

  drawPinned(view) {
    const message = view.messages.findLast((candidate) => candidate.pinned);
    this.pinned.hidden = !message;
    if (message) this.pinned.replaceChildren(element("b", {}, "Pinned message"), element("span", {}, summary(message)));
  }

  drawMessages(view) {
    const act = {
      command: (text) => this.send({ text }),
      press: (message, button, key) => this.press(message, button, key),
      original: (id) => view.messages.find((message) => message.message_id === id),
    };
    const groups = grouped(view.messages);
    const nodes = groups.map((messages) => {
      const signature = JSON.stringify(messages);
      const [{ message_id: id }] = messages;
      const known = this.drawn.get(id);
      if (known?.signature === signature) return known.node;
      const node = bubble(messages, view, act);
      if (!known && this.answered !== null) node.classList.add("fresh");
      this.drawn.set(id, { signature, node });
      return node;
    });
    const shown = new Set(groups.map(([message]) => message.message_id));
    for (const id of this.drawn.keys()) if (!shown.has(id)) this.drawn.delete(id);
    const old = [...this.list.children];
    if (old.length !== nodes.length || nodes.some((node, index) => node !== old[index])) this.list.replaceChildren(...withDays(nodes, groups));
    if (!nodes.length) this.list.replaceChildren(this.greeting(view));
    const grew = nodes.length > (this.count ?? 0);
    this.count = nodes.length;
    return grew;
  }

  greeting(view) {
    const text = view.bot?.description || "Press Start to begin the conversation.";
    return element("li.greeting", {}, element("b", {}, "What can this bot do?"), element("p", {}, text));
  }

  async press(message, button, key) {
    if (button.pay) {
      await this.pay(message);
      return;
    }
    const wanted = { text: button.text, message_id: message.message_id };
    const result = await this.do(api.press, button.callback_data ? { ...wanted, data: button.callback_data } : wanted);
    if (!result) return;
    if (result.callback_query_id) { key.classList.add("waiting"); this.pressed.set(result.callback_query_id, key); this.settle(); }
    else useButton(result, this.view, this.client);
  }

  async pay(message) {
    const { title, total_amount: amount, currency } = message.invoice;
    const wanted = await ask("pay-dialog", {}, `${title}: ${money(amount, currency)}`);
    if (!wanted) return;
    const result = await this.do(api.pay, { message_id: message.message_id, ...wanted });
    if (result?.pending) setTimeout(() => this.do(api.settle), SLOW_MS);
    if (result?.error) this.toast(result.error, "problem");
  }

  settle() {
    for (const alert of this.view.alerts)
      if (alert.answered) { this.pressed.get(alert.callback_query_id)?.classList.remove("waiting"); this.pressed.delete(alert.callback_query_id); }
  }

  drawAlerts(view, first) {
    this.settle();
    const answered = view.alerts.filter((alert) => alert.answered);
    const fresh = first ? [] : answered.filter((alert) => !this.answered.has(alert.callback_query_id));
    this.answered = new Set(answered.map((alert) => alert.callback_query_id));
    for (const alert of fresh) {
      if (alert.url) follow(alert.url, this.view, this.client);
      if (!alert.text) continue;
      if (alert.show_alert) alertDialog(alert.text);
      else this.toast(alert.text);
    }
  }

  toast(text, kind = "plain") {
    const shown = element(`p.toast.${kind}`, { dir: "auto" }, text);
    this.toasts.append(shown);
    setTimeout(() => shown.remove(), TOAST_MS);
  }
}

const membersOf = ({ members = [] }) => `${members.length} members: ${members.map((member) => member.first_name).join(", ")}`;

function withDays(nodes, groups) {
  let last = "";
  return nodes.flatMap((node, index) => {
    const day = new Date(groups[index][0].date * 1000).toLocaleDateString([], { day: "numeric", month: "long" });
    if (day === last) return [node];
    last = day;
    return [element("li.service.day", {}, element("span", {}, day)), node];
  });
}
