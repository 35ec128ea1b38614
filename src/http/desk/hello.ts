import { readFileSync } from "node:fs";
import type { DeskHello, DeskLegChoice, DeskPhone, Person, Phone, Token } from "../../model/index.js";
import { maySupervise } from "../../supervision/index.js";
import { launcherUrl } from "../address.js";
import type { Looks } from "./looks.js";
import type { BrowserDeskParts } from "./parts.js";
import type { Session } from "./sessions.js";

const { version } = JSON.parse(readFileSync(new URL("../../../package.json", import.meta.url), "utf8")) as {
  version: string;
};

/** The configured phones that the desk draws: all of them where it is open to everybody, else none of them. */
export function drawnPhones({ desk, phones }: Pick<BrowserDeskParts, "desk" | "phones">): readonly Phone[] {
  return desk.kind === "open" ? phones.all() : [];
}

/** What a browser is told first: who it is, what it draws, and by which URLs those phones get their pages. */
export async function hello(
  parts: BrowserDeskParts,
  session: Session | undefined,
  choices: readonly Phone[],
  looks: Looks,
): Promise<DeskHello> {
  const { gateway, calls, clock, paced, models } = parts;
  const about = { type: "hello", version, gateway, calls, models, now: clock.now() } as const;
  if (session) {
    const { person, phone, token } = session;
    const legs = choices.map((choice) => legChoice(choice, person));
    const chosen = phone.rings !== undefined && phone.rings !== "nobody" ? phone.rings.mac : undefined;
    return {
      ...about,
      you: { person: person.id, name: person.name },
      phones: [drawn(parts, looks, phone, person, token, "real")],
      legs: { choices: legs, ...(chosen !== undefined && { chosen }) },
    };
  }
  const hook = parts.handsets ? "drawn" : "real";
  const phones = await Promise.all(
    drawnPhones(parts).map(async (phone) => {
      const person = parts.writer.state.people.get(phone.owner);
      const token = await parts.tokenOf(phone.mac);
      return person && token ? [drawn(parts, looks, looks.of(phone), person, token, hook)] : [];
    }),
  );
  return { ...about, phones: phones.flat(), ...(paced && { pace: paced.pace }) };
}

function drawn(
  { publicUrl }: BrowserDeskParts,
  looks: Looks,
  { mac, vendor, model }: Phone,
  person: Person,
  token: Token,
  hook: DeskPhone["hook"],
): DeskPhone {
  const { id, name, extension } = person;
  const url = launcherUrl(publicUrl(), token);
  const form = looks.formOf({ vendor, model });
  const of = { mac, vendor, model, ...(form !== undefined && { form }) };
  return { ...of, person: id, name, extension, supervises: maySupervise(person), url, hook };
}

function legChoice({ mac, model }: Phone, { extension, name }: Person): DeskLegChoice {
  return { mac, model, extension, name };
}
