// Talks to the control API. Knows nothing of how anything looks.

const BASE = "/_emulator";
const RETRY_MS = 1500;

export class Refused extends Error {}

async function call(method, path, body) {
  const form = body instanceof FormData;
  const response = await fetch(BASE + path, {
    method,
    body: body === undefined || form ? body : JSON.stringify(body),
    headers: body === undefined || form ? {} : { "Content-Type": "application/json" },
  });
  const answer = await response.json();
  if (!response.ok) throw new Refused(answer.error ?? response.statusText);
  return answer;
}

const chatQuery = (chatId) => (chatId === undefined ? "" : `?chat_id=${chatId}`);

export const listUsers = () => call("GET", "/users");
export const putUser = (id, fields) => call("PUT", `/users/${id}`, fields);
export const listGroups = () => call("GET", "/groups");
export const makeGroup = (fields) => call("POST", "/groups", fields);
export const makeTopic = (chat, name) => call("POST", `/groups/${chat}/topics`, { name });
export const send = ({ user, chat }, body) => call("POST", `/users/${user}/messages${chatQuery(chat)}`, body);
export const press = ({ user, chat }, body) => call("POST", `/users/${user}/presses${chatQuery(chat)}`, body);
export const pay = ({ user, chat }, body) => call("POST", `/users/${user}/payments${chatQuery(chat)}`, body);
export const settle = ({ user, chat }) => call("POST", `/users/${user}/payments/settle${chatQuery(chat)}`);
export const story = () => call("GET", "/story");
export const beginStory = () => call("POST", "/story/begin");
export const writeScenario = (name) => call("GET", `/story/scenario?${new URLSearchParams({ name })}`);
export const unblock = ({ user }) => call("POST", `/users/${user}/unblock`);

/** Calls `onView` with a person's view now and after every change; returns a function that ends it. */
export function watch(places, onView, onConnection) {
  const query = places.map(({ user, chat }) => `at=${user}${chat === undefined ? "" : `:${chat}`}`).join("&");
  let source = null;
  let retry = 0;
  const open = () => {
    source = new EventSource(`${BASE}/events?${query}`);
    source.onmessage = (event) => onView(JSON.parse(event.data));
    source.onopen = () => onConnection(true);
    source.onerror = () => {
      onConnection(false);
      // A refusal (no bot yet) closes the stream for good; a lost connection is taken up again by itself.
      if (source.readyState === EventSource.CLOSED) retry = setTimeout(open, RETRY_MS);
    };
  };
  open();
  return () => { clearTimeout(retry); source.close(); };
}
