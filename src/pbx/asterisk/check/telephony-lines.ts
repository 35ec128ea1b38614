import { applicationOf, devicesOf, lampOf, names, pjsipName, queueVariables } from "../setup/needs.js";
import { type CheckedLine, fileOf, values } from "./access-lines.js";
import { accountLines, accountsOf } from "./account-lines.js";
import type { FileSection } from "./ami-facts.js";
import { type Checked, type Facts, type Settings, subscribeContext } from "./facts.js";
import { byFile, type Finding, fail, judged, listed, note, ok, type Seen, unseen } from "./finding.js";

/** A person's device: the name of its endpoint, or what the configuration says in its place. */
interface Device {
  readonly name: string;
  readonly lamp: string;
}

/** pjsip.conf, extensions.conf, queues.conf and pjsip_notify.conf. */
export function telephonyLines(checked: Checked): readonly CheckedLine[] {
  const devices = checked.people.map((person): Device => {
    const { own } = devicesOf(checked.config, person);
    return { name: pjsipName(own) ?? own, lamp: lampOf(person.extension) };
  });
  const accounts = accountsOf(checked);
  return [
    ...deviceLines(devices, accounts),
    ...(accounts.length === 0 ? [] : accountLines(accounts, checked)),
    ...dialplanLines(applicationOf(checked.gateway)),
    ...lampLines(devices),
    ...queueVariables.map(({ key }): CheckedLine => queueLine(key)),
    ...(["Event", "Content-Length"] as const).map(
      (key): CheckedLine => ({
        name: `pjsip_notify.conf [${names.resync}] ${key}`,
        judge: ({ ami }) => judged(fileOf(ami, "pjsip_notify.conf"), (file) => notifyLine(file, key)),
      }),
    ),
  ];
}

function deviceLines(devices: readonly Device[], accounts: readonly string[]): readonly CheckedLine[] {
  const own = devices.map(({ name }) => name);
  const known = new Set([...own, ...accounts]);
  return [
    {
      name: "pjsip.conf endpoints of people",
      judge: ({ endpoints }) =>
        judged(endpoints, (all) => {
          const missing = own.filter((name) => !all.has(name));
          if (own.length === 0) return unseen("nobody is in the configuration");
          return missing.length === 0 ? ok(`all ${own.length} are there`) : fail(`the PBX has no ${listed(missing)}`);
        }),
    },
    {
      name: `pjsip.conf [${names.supervised}] direct_media`,
      judge: ({ endpoints }) =>
        judged(endpoints, (all) => {
          if (!own.some((name) => all.has(name))) return unseen(NONE_THERE);
          const on = own.filter((name) => isOn(all.get(name)));
          if (on.length === 0) return ok("in force: no, on every endpoint of a person");
          return fail(
            `is yes on ${listed(on)}: there is no audio to attach to, and phones and trunk are called anew when a Listen begins and ends, which betrays a hidden one`,
          );
        }),
    },
    {
      name: "pjsip.conf direct_media of the others",
      judge: ({ endpoints }) =>
        judged(endpoints, (all) => {
          const on = [...all.keys()].filter((name) => !known.has(name) && isOn(all.get(name))).sort();
          if (on.length === 0) return ok("in force: no, on trunks and all other endpoints");
          return note(
            `is yes on ${listed(on)}: calls between two of these go past the PBX; with a person's endpoint that says no they do not`,
          );
        }),
    },
  ];
}

const NONE_THERE = "the PBX has no endpoint of anybody in the configuration";

function isOn(settings: Settings | undefined): boolean {
  return settings?.get("direct_media") === "true";
}

function dialplanLines(app: string): readonly CheckedLine[] {
  const stasis = `${names.takeOver},1,Stasis(${app},${names.takeOver})`;
  const bridge = `${names.connect},1,Bridge(\${${names.connectWith}})`;
  const line = (exten: string, wanted: string): CheckedLine => ({
    name: `extensions.conf [${app}] ${exten}`,
    judge: ({ ami }) =>
      inForce(ami, app, `${exten},1`, (file) => {
        if (file === undefined)
          return fail("the dialplan has no such extension: no call can be handed over to a supervisor");
        return values(file, app, "exten").includes(wanted)
          ? ok("in force, as the file has it")
          : fail(`does something else than ${wanted.slice(wanted.indexOf(",1,") + 3)}`);
      }),
  });
  const afterwards = (exten: string, wanted: string): CheckedLine => ({
    name: `extensions.conf [${app}] ${exten}, then`,
    judge: ({ ami }) =>
      inForce(ami, app, `${exten},2`, (file) => {
        if (file === undefined) return note("the dialplan does nothing then: a leg that comes back ends all the same");
        return follows(file, app, wanted)
          ? ok("in force, as the file has it")
          : note("does something else than Hangup(): a leg that comes back goes on elsewhere");
      }),
  });
  const empty = names.nowhere;
  return [
    line(names.takeOver, stasis),
    afterwards(names.takeOver, stasis),
    line(names.connect, bridge),
    afterwards(names.connect, bridge),
    {
      name: `extensions.conf [${empty}]`,
      judge: ({ ami }) =>
        judged(fileOf(ami, `extensions.conf [${empty}]`), (file) => {
          const lines = file.filter(({ name }) => name === empty).flatMap((section) => section.lines);
          if (lines.length === 0) return byFile("empty");
          return fail(
            `must be empty: a supervision could be transferred there (${listed(lines.map(({ value }) => value))})`,
          );
        }),
    },
  ];
}

/** Judges what the running dialplan has at a place by the file; without one where it has nothing there. */
function inForce(
  ami: Facts["ami"],
  app: string,
  place: string,
  judge: (file: readonly FileSection[] | undefined) => Finding,
): Finding {
  return judged(ami, ({ dialplan }) =>
    judged(dialplan.get(`${app},${place}`) ?? { ok: false, why: "it was not asked for" }, (there) =>
      there ? judged(fileOf(ami, `extensions.conf [${app}]`), judge) : judge(undefined),
    ),
  );
}

/** Whether an extension's first line is followed by a hangup in the file. */
function follows(file: readonly FileSection[], app: string, first: string): boolean {
  const lines = file.filter(({ name }) => name === app).flatMap((section) => section.lines);
  const next = lines[lines.findIndex(({ key, value }) => key === "exten" && value === first) + 1];
  return next?.key === "same" && /^n,Hangup\(\)$/.test(next.value);
}

function lampLines(devices: readonly Device[]): readonly CheckedLine[] {
  return [
    {
      name: `extensions.conf [${names.lamps}]`,
      judge: ({ ami }) =>
        judged(ami, ({ hints }) =>
          judged(hints, (all) => {
            if (devices.length === 0) return unseen(NONE_THERE);
            const there = new Map(all.map(({ exten, devices: of }) => [exten, of]));
            const missing = devices.filter(({ lamp }) => there.get(lamp) !== `Stasis:${lamp}`);
            if (missing.length === 0) return ok("in force: every person has a lamp");
            return note(`no hint for ${listed(missing.map(({ lamp }) => lamp))}: no BLF key can show who is with them`);
          }),
        ),
    },
    {
      name: `extensions.conf include ${names.lamps}`,
      judge: ({ ami, endpoints }) =>
        judged(ami, ({ watched }) =>
          judged(endpoints, (all) => {
            if (!devices.some(({ name }) => all.has(name))) return unseen(NONE_THERE);
            const dark = devices.flatMap(({ name, lamp }) => {
              const settings = all.get(name);
              const context = settings === undefined ? undefined : subscribeContext(settings);
              return context === undefined || watched.get(`${lamp}@${context}`) === `Stasis:${lamp}`
                ? []
                : [`${name} (${context})`];
            });
            if (dark.length === 0) return ok("in force: each phone's context has its lamp");
            return note(`the context of ${listed(dark)} does not include the lamps: a BLF key there can watch none`);
          }),
        ),
    },
  ];
}

const NO_QUEUES: Seen<readonly string[]> = { ok: true, value: [] };

function queueLine(key: string): CheckedLine {
  return {
    name: `queues.conf [${names.queue}] ${key}`,
    judge: ({ ami, modules }) =>
      judged(ami, ({ queues }) =>
        judged(modules.ok && !modules.value.has("app_queue.so") ? NO_QUEUES : queues, (running) =>
          judged(fileOf(ami, "queues.conf"), (file) => {
            if (running.length === 0) return ok("there is no queue");
            const without = running.filter(
              (queue) => !values(file, queue, key).some((value) => /^(?:yes|true|1|on|y|t)$/i.test(value)),
            );
            if (without.length === 0) return byFile("yes for every queue");
            const elsewhere = without.filter((queue) => !file.some(({ name }) => name === queue));
            if (elsewhere.length === without.length) return unseen(`the file has no ${listed(elsewhere)}`);
            return fail(`is not yes for ${listed(without)}`);
          }),
        ),
      ),
  };
}

function notifyLine(file: readonly FileSection[], key: "Event" | "Content-Length"): Finding {
  const [set] = values(file, names.resync, key);
  if (set === undefined) {
    return note(
      key === "Event"
        ? "is not there: phones cannot be told to read their configuration again"
        : "is not there: a phone may take the order for incomplete",
    );
  }
  const wanted = key === "Event" ? "check-sync" : "0";
  const right = key === "Event" ? set.startsWith(wanted) : set === wanted;
  return right ? byFile(set) : note(`says ${set} instead of ${wanted}`);
}
