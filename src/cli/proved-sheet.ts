import { stringify } from "yaml";
import type { Proved, ProvedFact } from "../model/index.js";

/**
 * What a walk has decided, in the form of a model sheet: the model's entry, and the quirks with model and firmware on
 * which they were seen. Nothing in it tells whose phone it was. `day` is such as `2026-11-26`.
 */
export function provedSheet({ model, itself, facts, open }: Proved, day: string): string {
  const seenOn = itself ? `${itself.model} ${itself.firmware}` : model;
  const quirks = [...new Set(facts.map(({ quirk }) => quirk))].map((id) => {
    const about = facts.filter(({ quirk }) => quirk === id);
    const steps = about.map(({ step, by }) => `${step} ${by}`).join(", ");
    const says = about.map((fact) => fact.says).join(" ");
    return { id, says, source: `earshot phones prove, ${day}: ${steps}`, seenOn: [seenOn] };
  });
  const entry = facts.reduce<Entry>((all, { fields }) => withFields(all, fields), {});
  const about = [
    `# Proved on a real phone, ${seenOn}, on ${day}. Steps decided: ${facts.length}.`,
    ...(open.length > 0 ? [`# Still open: ${open.join(", ")}.`] : []),
    ...(itself && itself.model !== model.toUpperCase() ? [`# The configuration calls this phone a ${model}.`] : []),
  ];
  const sheet = stringify({ models: { [itself?.model ?? model]: entry }, quirks }, { lineWidth: 0 });
  return `${about.join("\n")}\n${sheet}`;
}

interface Entry {
  readonly [name: string]: string | number | boolean | Entry;
}

function withFields(entry: Entry, fields: ProvedFact["fields"]): Entry {
  return Object.entries(fields).reduce((all, [path, value]) => withField(all, path.split("."), value), entry);
}

function withField(entry: Entry, [name = "", ...rest]: readonly string[], value: string | number | boolean): Entry {
  if (rest.length === 0) return { ...entry, [name]: value };
  const inner = entry[name];
  return { ...entry, [name]: withField(typeof inner === "object" ? inner : {}, rest, value) };
}
