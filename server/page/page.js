// The page's script: pick an example, edit it, ask, read the answer. No library, no HTML from strings.
"use strict";

const byId = (id) => document.getElementById(id);
const query = byId("query");
const variables = byId("variables");
const run = byId("run");
const status = byId("status");
const errors = byId("errors");
const answer = byId("answer");
const ACCEPT = "application/graphql-response+json, application/json;q=0.9";
const CHOSEN = "aria-pressed";
let asked = 0;

function element(tag, text, className) {
  const made = document.createElement(tag);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}

function bilingual(parent, da, en) {
  const danish = element("span", da);
  danish.lang = "da";
  parent.replaceChildren(danish, " ", element("span", en, "en"));
}

function say(da, en, bad = false) {
  bilingual(status, da, en);
  status.classList.toggle("bad", bad);
}

// The list without script opens and closes; with script each entry is a button that fills the form and asks.
function makePickers() {
  for (const details of document.querySelectorAll("#examples details")) {
    const button = element("button", undefined, "pick");
    button.type = "button";
    button.dataset.key = details.id;
    button.dataset.query = details.querySelector("code").textContent;
    button.setAttribute(CHOSEN, "false");
    button.append(...details.querySelector("summary").childNodes);
    button.addEventListener("click", () => pick(button));
    details.replaceWith(button);
  }
}

function mark(chosen) {
  for (const button of document.querySelectorAll(".pick")) button.setAttribute(CHOSEN, String(button === chosen));
}

function fit() {
  query.style.height = "0";
  query.style.height = Math.min(600, query.scrollHeight + 4) + "px";
}

function pick(button) {
  query.value = button.dataset.query;
  variables.value = "";
  fit();
  mark(button);
  history.replaceState(null, "", "#" + button.dataset.key);
  // Where the list stands above the question, show what was picked.
  if (matchMedia("(max-width: 56rem)").matches) byId("ask-title").scrollIntoView();
  ask();
}

function readVariables() {
  const text = variables.value.trim();
  if (!text) return undefined;
  const value = JSON.parse(text);
  if (value === null || typeof value !== "object" || Array.isArray(value)) throw new SyntaxError("not an object");
  return value;
}

async function ask() {
  const mine = ++asked;
  let body;
  try {
    body = JSON.stringify({ query: query.value, variables: readVariables() });
  } catch (problem) {
    variables.closest("details").open = true;
    variables.focus();
    showErrors([]);
    say("Variablerne er ikke et JSON-objekt.", "The variables are not a JSON object (" + problem.message + ").", true);
    return;
  }
  run.setAttribute("aria-busy", "true");
  say("Spørger …", "Asking …");
  const began = performance.now();
  try {
    const response = await fetch("/graphql", {
      method: "POST",
      headers: { "content-type": "application/json", accept: ACCEPT, ...whoAsks() },
      body,
    });
    const result = await response.json();
    if (mine === asked) show(response, result, performance.now() - began);
  } catch (problem) {
    if (mine !== asked) return;
    showErrors([]);
    answer.hidden = true;
    say("Tjenesten svarer ikke. Kører den?", "The service does not answer. Is it running?", true);
  } finally {
    if (mine === asked) run.removeAttribute("aria-busy");
  }
}

// Without a token one sees what is public. It has no name in the form, so that no address ever holds it.
function whoAsks() {
  const token = byId("token").value.trim();
  return token ? { authorization: `Bearer ${token}` } : {};
}

function show(response, result, milliseconds) {
  const found = result.errors || [];
  showErrors(found);
  answer.hidden = result.data === undefined;
  if (!answer.hidden) answer.replaceChildren(...coloured(JSON.stringify(result, null, 2)));
  const took = Math.round(milliseconds) + " ms · HTTP " + response.status;
  if (!found.length) say("Besvaret", "Answered in " + took);
  else if (result.data && Object.values(result.data).some((value) => value !== null)) {
    say("En del af svaret mangler", "Part of the answer is missing · " + took, true);
  } else say("Spørgsmålet kunne ikke besvares", "The question could not be answered · " + took, true);
}

const WHO = new Set(["NOT_ALLOWED", "UNAUTHENTICATED"]);

function showErrors(list) {
  // What a token would answer shows where the token goes.
  if (list.some((error) => WHO.has((error.extensions || {}).code))) byId("token").closest("details").open = true;
  errors.hidden = list.length === 0;
  errors.replaceChildren(...list.slice(0, 20).map(errorItem));
}

function errorItem(error) {
  const item = element("li");
  item.append(element("p", error.message));
  const more = element("dl");
  const extensions = error.extensions || {};
  const rows = { code: extensions.code, field: extensions.field, value: extensions.value, expected: extensions.expected, reference: extensions.reference };
  const place = (error.locations || [])[0];
  if (place) rows.line = place.line + ":" + place.column;
  for (const [name, value] of Object.entries(rows)) {
    if (value === undefined || value === null) continue;
    more.append(element("dt", name), element("dd", typeof value === "string" ? value : JSON.stringify(value)));
  }
  item.append(more);
  return item;
}

const TOKEN = /("(?:\\.|[^"\\])*")(\s*:)?|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\b(?:true|false|null)\b/g;

function coloured(text) {
  // A large answer stays plain: a hundred thousand elements would hold the page for seconds.
  if (text.length > 200000) return [text];
  const parts = [];
  let last = 0;
  for (const match of text.matchAll(TOKEN)) {
    parts.push(text.slice(last, match.index));
    const kind = match[1] ? (match[2] ? "key" : "text") : "number";
    parts.push(element("span", match[1] || match[0], kind), match[2] || "");
    last = match.index + match[0].length;
  }
  parts.push(text.slice(last));
  return parts;
}

async function copyAsCurl() {
  const body = { query: query.value.trim() };
  try {
    const given = readVariables();
    if (given) body.variables = given;
  } catch {
    // What cannot be read is left out; asking says what is wrong with it.
  }
  const quoted = JSON.stringify(body).replaceAll("'", "'\\''");
  const who = byId("token").value.trim() ? ' -H "authorization: Bearer $TOKEN"' : "";
  const command = `curl -s ${location.origin}/graphql -H 'content-type: application/json'${who} -d '${quoted}'`;
  try {
    await navigator.clipboard.writeText(command);
    say("Kopieret.", "Copied.");
  } catch {
    answer.hidden = false;
    answer.textContent = command;
    say("Her er kommandoen.", "Here is the command.");
  }
}

makePickers();
fit();
byId("curl").hidden = false;
byId("curl").addEventListener("click", copyAsCurl);
byId("form").addEventListener("submit", (event) => {
  event.preventDefault();
  ask();
});
query.addEventListener("input", () => mark(null));
document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
    event.preventDefault();
    ask();
  }
});
// An address with #q=… brings a question along; one with #who picks that example.
const brought = new URLSearchParams(location.hash.slice(1)).get("q");
const first = document.querySelector(`.pick[data-key="${CSS.escape(location.hash.slice(1))}"]`);
if (brought) {
  query.value = brought;
  fit();
  ask();
} else if (first) pick(first);
else mark(document.querySelector(".pick"));
