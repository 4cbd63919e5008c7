// The topics of a forum: which there are, which one is shown, and what belongs to it. Knows nothing of bubbles.
import * as api from "./api.js";
import { askFields } from "./dialogs.js";
import { element } from "./dom.js";

/** A row of topics; `onChange` is called when another one is chosen. */
export function makeTopics(onChange) {
  const state = { chosen: undefined };
  const root = element("nav.topics", { hidden: true, "aria-label": "Topics" });

  function choose(number) {
    state.chosen = number;
    onChange();
  }

  async function add(chat) {
    const form = await askFields({ title: "New topic", submit: "Create", fields: [{ name: "name", label: "Name", required: true, maxLength: 128 }] });
    if (form) choose((await api.makeTopic(chat.id, form.get("name"))).message_thread_id);
  }

  /** The view with what is in the chosen topic alone; the same view where there are no topics. */
  function narrow(view) {
    root.hidden = !view.chat.is_forum;
    if (root.hidden) return view;
    const known = topicsOf(view.messages);
    const tab = (number, name) => element("button", { type: "button", "aria-pressed": String(number === state.chosen), onclick: () => choose(number) }, name);
    root.replaceChildren(tab(undefined, "General"), ...[...known].map(([number, name]) => tab(number, name)),
      element("button", { type: "button", "aria-label": "New topic", title: "New topic", onclick: () => add(view.chat) }, "+"));
    return { ...view, messages: view.messages.filter((message) => topicOf(message) === state.chosen) };
  }

  /** A message that goes to the chosen topic. */
  function placed(body) {
    if (state.chosen === undefined) return body;
    if (!(body instanceof FormData)) return { ...body, message_thread_id: state.chosen };
    body.append("message_thread_id", state.chosen);
    return body;
  }

  return { root, narrow, placed };
}

/** What is told of a topic; null where a message tells of none. */
export function topicNews(message) {
  if (message.forum_topic_created) return `${message.from.first_name} began the topic “${message.forum_topic_created.name}”`;
  if (message.forum_topic_edited) return `The topic is called “${message.forum_topic_edited.name ?? "as before"}” now`;
  if (message.forum_topic_closed) return "The topic was closed";
  return message.forum_topic_reopened ? "The topic was opened again" : null;
}

const topicOf = (message) => (message.forum_topic_created ? message.message_id : message.is_topic_message ? message.message_thread_id : undefined);

function topicsOf(messages) {
  const known = new Map();
  for (const message of messages) {
    const name = message.forum_topic_created?.name ?? message.forum_topic_edited?.name;
    if (name) known.set(topicOf(message), name);
  }
  return known;
}
