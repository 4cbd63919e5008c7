// Text with entities → elements. Offsets are UTF-16 units, which is how JavaScript counts too.
import { element } from "./dom.js";

const TAGS = {
  bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code",
  blockquote: "blockquote", expandable_blockquote: "blockquote",
};
const BLOCKS = new Set(["pre", "blockquote", "expandable_blockquote"]);
const SAFE = /^(https?|tg|ton|mailto|tel|ftp):/i;

/** Returns the nodes of a text; `onCommand` is called with a /command that is clicked. */
export function formatted(text, entities, onCommand) {
  const root = { start: 0, end: text.length, children: [] };
  const sorted = entities
    .map((entity) => ({ ...entity, start: entity.offset, end: entity.offset + entity.length, children: [] }))
    .sort((a, b) => a.start - b.start || b.end - a.end);
  const open = [root];
  for (const entity of sorted) {
    while (entity.start >= open.at(-1).end) open.pop();
    entity.end = Math.min(entity.end, open.at(-1).end);
    open.at(-1).children.push(entity);
    open.push(entity);
  }
  return inside(root, text, onCommand);
}

function inside(node, text, onCommand) {
  const nodes = [];
  let at = node.start;
  for (const child of node.children) {
    if (child.start > at) nodes.push(document.createTextNode(text.slice(at, child.start)));
    nodes.push(wrapped(child, text, onCommand));
    // A block ends its line by itself; the line end after it would show as an empty line.
    at = BLOCKS.has(child.type) && text[child.end] === "\n" ? child.end + 1 : child.end;
  }
  if (node.end > at) nodes.push(document.createTextNode(text.slice(at, node.end)));
  return nodes;
}

function wrapped(entity, text, onCommand) {
  const nodes = inside(entity, text, onCommand);
  const own = text.slice(entity.start, entity.end);
  switch (entity.type) {
    case "pre":
      return element("pre", {}, entity.language ? element("span.language", {}, entity.language) : null,
        element("code", {}, ...nodes));
    case "spoiler":
      return element("span.spoiler", {
        role: "button", tabIndex: 0, "aria-label": "Hidden text; press to show",
        onclick: reveal, onkeydown: (event) => event.key === "Enter" && reveal(event),
      }, ...nodes);
    case "text_link": return link(entity.url, nodes);
    case "url": return link(own.includes("://") ? own : `https://${own}`, nodes);
    case "email": return link(`mailto:${own}`, nodes);
    case "phone_number": return link(`tel:${own}`, nodes);
    case "bot_command":
      return element("button.command", { type: "button", onclick: () => onCommand(own) }, ...nodes);
    case "mention": case "text_mention": case "hashtag": case "cashtag":
      return element("span.mention", {}, ...nodes);
    default:
      return element(TAGS[entity.type] ?? "span", {}, ...nodes);
  }
}

function reveal(event) {
  event.currentTarget.classList.add("shown");
  event.currentTarget.removeAttribute("aria-label");
}

function link(url, nodes) {
  if (!SAFE.test(url)) return element("span", {}, ...nodes);
  return element("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, ...nodes);
}
