import type { HandsetAct } from "../model/desk.js";
import type { Mac } from "../model/ids.js";

async function post(path: string, body: object = {}): Promise<boolean> {
  try {
    const reply = await fetch(path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    return reply.ok;
  } catch {
    return false;
  }
}

/** What the page may ask of the desk. Each resolves with whether it was taken; what came of it, the stream says. */
export const ask = {
  handset: (mac: Mac, act: HandsetAct) => post(`/desk/handset/${mac}/${act}`),
  pace: (speed: number) => post("/desk/pace", { speed }),
  help: (mac: Mac, raised: boolean) => post(`/desk/help/${mac}`, { raised }),
  leg: (mac: Mac) => post("/desk/leg", { mac }),
  signIn: (person: string, password: string) => post("/desk/sign-in", { person, password }),
  signOut: () => post("/desk/sign-out"),
};
