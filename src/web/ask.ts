import type { DeskModel, HandsetAct } from "../model/desk.js";
import type { Mac } from "../model/ids.js";

/** `sentence` says why it was not taken. */
export type Answer = { readonly ok: true } | { readonly ok: false; readonly sentence: string };

async function post(path: string, body: object = {}): Promise<Answer> {
  const headers = { "content-type": "application/json" };
  try {
    const reply = await fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
    if (reply.ok) return { ok: true };
    const said: unknown = await reply.json().catch(() => undefined);
    return { ok: false, sentence: sentenceOf(said) ?? `The gateway refused it (${reply.status}).` };
  } catch {
    return { ok: false, sentence: "The gateway does not answer." };
  }
}

function sentenceOf(said: unknown): string | undefined {
  if (typeof said !== "object" || said === null || !("sentence" in said)) return undefined;
  return typeof said.sentence === "string" ? said.sentence : undefined;
}

/** What the page may ask of the desk. What came of it, the stream says. */
export const ask = {
  handset: (mac: Mac, act: HandsetAct) => post(`/desk/handset/${mac}/${act}`),
  pace: (speed: number) => post("/desk/pace", { speed }),
  help: (mac: Mac, raised: boolean) => post(`/desk/help/${mac}`, { raised }),
  model: (mac: Mac, { vendor, model }: DeskModel) => post("/desk/model", { mac, vendor, model }),
  leg: (mac: Mac) => post("/desk/leg", { mac }),
  signIn: (person: string, password: string) => post("/desk/sign-in", { person, password }),
  signOut: () => post("/desk/sign-out"),
};
