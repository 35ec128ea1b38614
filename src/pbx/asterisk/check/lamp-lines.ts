import type { ConfLine } from "../setup/conf.js";
import { pressing } from "../setup/dialplan.js";
import { lampPattern, names, placeIn } from "../setup/needs.js";
import { type CheckedLine, fileOf } from "./access-lines.js";
import type { FileSection } from "./ami-facts.js";
import { subscribeContext } from "./facts.js";
import { judged, listed, note, ok, unseen } from "./finding.js";

/** A person's device: the name of its endpoint, or what the configuration says in its place; and what its keys watch. */
export interface Device {
  readonly name: string;
  readonly lamps: readonly string[];
}

export const NONE_THERE = "the PBX has no endpoint of anybody in the configuration";

/** Whether these lines stand in the file one after another. */
export function stands(file: readonly FileSection[], app: string, wanted: readonly ConfLine[]): boolean {
  const lines = file.filter(({ name }) => name === app).flatMap((section) => section.lines);
  return lines.some((_, at) =>
    wanted.every(({ key, value }, place) => lines[at + place]?.key === key && lines[at + place]?.value === value),
  );
}

/** The lamps of BLF keys: their hints, whether phones can watch them, and what pressing one does. */
export function lampLines(devices: readonly Device[]): readonly CheckedLine[] {
  return [
    {
      name: `extensions.conf [${names.lamps}]`,
      judge: ({ ami }) =>
        judged(ami, ({ hints }) =>
          judged(hints, (all) => {
            if (devices.length === 0) return unseen(NONE_THERE);
            const there = new Map(all.map(({ exten, devices: of }) => [exten, of]));
            const wanted = devices.flatMap(({ lamps }) => lamps);
            const missing = wanted.filter((lamp) => there.get(lamp) !== `Stasis:${lamp}`);
            if (missing.length === 0) return ok("in force: every lamp has its hint");
            return note(`no hint for ${listed(missing)}: no BLF key can show who is with them`);
          }),
        ),
    },
    {
      name: `extensions.conf include ${names.lamps}`,
      judge: ({ ami, endpoints }) =>
        judged(ami, ({ watched }) =>
          judged(endpoints, (all) => {
            if (!devices.some(({ name }) => all.has(name))) return unseen(NONE_THERE);
            const dark = devices.flatMap(({ name, lamps }) => {
              const settings = all.get(name);
              const context = settings === undefined ? undefined : subscribeContext(settings);
              const lost = lamps.some((lamp) => watched.get(`${lamp}@${context}`) !== `Stasis:${lamp}`);
              return context === undefined || !lost ? [] : [`${name} (${context})`];
            });
            if (dark.length === 0) return ok("in force: each phone's context has its lamps");
            return note(`the context of ${listed(dark)} does not include the lamps: a BLF key there can watch none`);
          }),
        ),
    },
    {
      name: `extensions.conf [${names.lamps}] ${lampPattern}`,
      judge: ({ ami }) =>
        judged(ami, ({ dialplan }) =>
          judged(dialplan.get(`${names.lamps},${placeIn(lampPattern)},1`) ?? NOT_ASKED, (there) => {
            if (!there)
              return note("the dialplan has no such extension: pressing the BLF key of a lamp raises no hand");
            return judged(fileOf(ami, `extensions.conf [${names.lamps}]`), (file) =>
              stands(file, names.lamps, pressing)
                ? ok("in force, as the file has it")
                : note("is not as written: what pressing the BLF key of a lamp does is not known"),
            );
          }),
        ),
    },
  ];
}

const NOT_ASKED = { ok: false, why: "it was not asked for" } as const;
