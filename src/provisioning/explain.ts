import type { ProvisionExplained, ProvisioningMode } from "../model/index.js";
import type { Facts } from "./facts.js";
import { hidden } from "./files.js";
import { listedKey, nearestKey } from "./key-list.js";
import type { Make } from "./layers.js";
import { type Origin, settle } from "./settle.js";

/** Everything that is known of one key of one phone, or the sentence that there is no such key. */
export function explain(
  make: Make,
  phone: { readonly mac: string; readonly model: string },
  facts: Facts,
  mode: ProvisioningMode,
  key: string,
  show: boolean,
): ProvisionExplained | { readonly sentence: string } {
  const listed = listedKey(make.keys, key);
  if (!listed) {
    const near = nearestKey(make.keys, key);
    const hint = near === undefined ? "." : `; did you mean ${near}?`;
    return { sentence: `${key} is in no key list of ${make.vendor}${hint}` };
  }
  const layers = make.layers({ ...phone, role: facts.role });
  const { keys, leftOut, dropped } = settle(make, phone.model, layers, facts, mode);
  const masked = ({ layer, file, line, value }: Origin): Origin => ({
    layer,
    file,
    line,
    value: listed.secret && !show ? hidden : value,
  });
  const found = keys.find((one) => one.key === key);
  const gone = dropped.filter((one) => one.key === key);
  const otherMode = layers.flatMap(({ name, groups }) =>
    groups
      .filter((group) => group.mode !== undefined && group.mode !== mode)
      .filter(({ set }) => set.some((one) => one.key === key))
      .map(({ file, line, mode: only }) => ({ layer: name, file, line, why: `it is for mode ${only} alone` })),
  );
  return {
    key,
    mode,
    ...(found && { set: masked(found) }),
    over: (found?.over ?? []).map(masked),
    not: [
      ...leftOut
        .filter((group) => group.keys.some((one) => standsFor(one, key)))
        .map(({ layer, file, line, why }) => ({ layer, file, line, why })),
      ...gone.map(({ by }) => ({ layer: by.layer, file: by.file, line: by.line, why: "this layer takes it away" })),
      ...otherMode,
    ],
    listed: { source: listed.source, since: listed.since, until: listed.until, secret: listed.secret },
  };
}

/** Whether a key of a group is this one: what could not be filled in may be any number. */
function standsFor(written: string, key: string): boolean {
  const [parts, asked] = [written.split("."), key.split(".")];
  return (
    parts.length === asked.length &&
    parts.every((part, at) => part === asked[at] || (part.startsWith("{") && /^\d+$/.test(asked[at] ?? "")))
  );
}
