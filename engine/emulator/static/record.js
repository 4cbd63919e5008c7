// Offers the conversation as a scenario, where somebody writes those. Knows nothing of how one is written.
import * as api from "./api.js";

const part = (name) => document.getElementById(`record-${name}`);
const dialog = part("dialog");
const form = dialog.querySelector("form");
let isBegun = false;

/** Shows the button where scenarios are written. */
export async function offerScenarios() {
  const { is_kept: isKept, is_written: isWritten } = await api.story();
  const button = document.getElementById("record");
  button.hidden = !(isKept && isWritten);
  button.addEventListener("click", open);
  form.addEventListener("submit", (event) => { event.preventDefault(); write(); });
  form.querySelector(".cancel").addEventListener("click", () => dialog.close());
  part("begin").addEventListener("click", begin);
  part("copy").addEventListener("click", copy);
  part("save").addEventListener("click", save);
}

async function open() {
  const { acts, begun_at: begunAt } = await api.story();
  const when = new Date(begunAt * 1000).toLocaleTimeString([], { timeStyle: "short" });
  const since = isBegun ? `since the recording began, at ${when}` : `since ${when}, when all this began`;
  const count = acts === 1 ? "One thing was done" : `${acts || "No"} things were done`;
  part("about").textContent = `${count} ${since}, by everybody who chats here.`;
  part("write").disabled = acts === 0;
  show("");
  dialog.showModal();
}

async function write() {
  part("write").disabled = true;
  try {
    const { text, differences } = await api.writeScenario(form.elements.name.value.trim());
    show(text);
    const verdict = differences.length ? `It differs from the chat: ${differences.join("; ")}` : "It was played, and every line holds.";
    tell(verdict, differences.length ? "differs" : "holds");
  } catch (error) {
    show("");
    tell(error.message, "differs");
  } finally {
    part("write").disabled = false;
  }
}

async function begin() {
  await api.beginStory();
  isBegun = true;
  document.getElementById("record").classList.add("on");
  document.getElementById("record").title = "Save as scenario; recording";
  dialog.close();
}

async function copy() {
  part("text").select();
  try {
    await navigator.clipboard.writeText(part("text").value);
    tell("Copied.", "holds");
  } catch {
    tell("This page may not copy; the text is selected.", "differs");
  }
}

function save() {
  const name = form.elements.name.value.trim().toLowerCase().replace(/[^a-z0-9]+/g, "_").replace(/^_|_$/g, "");
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([part("text").value], { type: "application/yaml" }));
  link.download = `${name.slice(0, 40) || "scenario"}.yaml`;
  link.click();
  URL.revokeObjectURL(link.href);
}

function show(text) {
  part("text").value = text;
  for (const name of ["text", "copy", "save"]) part(name).hidden = !text;
  tell("", "");
}

function tell(text, kind) {
  part("result").textContent = text;
  part("result").className = `result ${kind}`;
}
