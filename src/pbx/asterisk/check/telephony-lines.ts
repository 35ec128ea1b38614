import { noTransfer } from "../session.js";
import { applicationOf, devicesOf, lampOf, names, pjsipName, queueVariables } from "../setup/needs.js";
import { type CheckedLine, fileOf, values } from "./access-lines.js";
import type { FileSection } from "./ami-facts.js";
import { type Checked, type Settings, subscribeContext } from "./facts.js";
import { byFile, type Finding, fail, judged, listed, note, ok, unseen } from "./finding.js";

/** A person's device by the name of its endpoint. */
interface Device {
  readonly name: string;
  readonly lamp: string;
}

/** pjsip.conf, extensions.conf, queues.conf and pjsip_notify.conf. */
export function telephonyLines(checked: Checked): readonly CheckedLine[] {
  const devices = checked.people.flatMap((person): Device[] => {
    const name = pjsipName(devicesOf(checked.config, person).own);
    return name === undefined ? [] : [{ name, lamp: lampOf(person.extension) }];
  });
  const accounts = accountsOf(checked);
  return [
    ...deviceLines(devices, accounts),
    ...(accounts.length === 0 ? [] : accountLines(accounts, checked)),
    ...dialplanLines(applicationOf(checked.gateway)),
    ...lampLines(devices),
    ...queueVariables.map(({ key }): CheckedLine => queueLine(key)),
    {
      name: `pjsip_notify.conf [${names.resync}]`,
      judge: ({ ami }) => judged(fileOf(ami, "pjsip_notify.conf"), notifyLine),
    },
  ];
}

/** The names of all supervision accounts. */
export function accountsOf({ config, people }: Checked): readonly string[] {
  return people.flatMap((person) => pjsipName(devicesOf(config, person).second ?? "") ?? []);
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
          return missing.length === 0 ? ok(`all ${own.length} are there`) : fail(`the PBX has no ${listed(missing)}`);
        }),
    },
    {
      name: `pjsip.conf [${names.supervised}] direct_media`,
      judge: ({ endpoints }) =>
        judged(endpoints, (all) => {
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

function isOn(settings: Settings | undefined): boolean {
  return settings?.get("direct_media") === "true";
}

/** One line of the supervision accounts' template, as it is in force on each. */
function accountLines(accounts: readonly string[], { password }: Checked): readonly CheckedLine[] {
  const template = `pjsip.conf [${names.supervision}]`;
  const onEach = (key: string, good: (value: string) => boolean, words: string, bad: (where: string) => Finding) => ({
    name: `${template} ${key}`,
    judge: ({ endpoints }: Parameters<CheckedLine["judge"]>[0]) =>
      judged(endpoints, (all) => {
        const there = accounts.filter((name) => all.has(name));
        if (there.length === 0) return unseen("there is no supervision account");
        const wrong = there.filter((name) => !good(all.get(name)?.get(key) ?? ""));
        return wrong.length === 0 ? ok(`in force: ${words}`) : bad(listed(wrong));
      }),
  });
  const no = (value: string) => value === "false";
  return [
    {
      name: "pjsip.conf supervision accounts",
      judge: ({ endpoints }) =>
        judged(endpoints, (all) => {
          const missing = accounts.filter((name) => !all.has(name));
          if (missing.length === 0) return ok(`all ${accounts.length} are there`);
          return fail(`the PBX has no ${listed(missing)}: their owners cannot be rung`);
        }),
    },
    onEach("allow_transfer", no, "no", (where) =>
      fail(`is yes on ${where}: such a phone may try to put somebody else into the supervisor's place`),
    ),
    onEach("direct_media", no, "no", (where) => fail(`is yes on ${where}: its audio would go past the PBX`)),
    onEach(
      "context",
      (value) => value === noTransfer.TRANSFER_CONTEXT,
      noTransfer.TRANSFER_CONTEXT,
      (where) => note(`is another on ${where}: calls can be made from it`),
    ),
    onEach("allow_subscribe", no, "no", (where) => note(`is yes on ${where}: it may watch others`)),
    onEach(
      "allow",
      (value) => !/^\(?(?:nothing)?\)?$/.test(value),
      "there are codecs",
      (where) => fail(`names no codec on ${where}: it cannot be rung`),
    ),
    {
      name: "pjsip.conf supervision accounts auth",
      judge: ({ endpoints, auths }) =>
        judged(endpoints, (all) => {
          const open = accounts.filter((name) => all.has(name) && (all.get(name)?.get("auth") ?? "") === "");
          if (open.length > 0)
            return fail(
              `is not set on ${listed(open)}: anybody can register there and be rung in the supervisor's place`,
            );
          if (password === undefined) return unseen("the data folder holds no secret.key that could be read");
          const other = accounts.filter(
            (name) => auths.has(name) && auths.get(name)?.get("password") !== password(name),
          );
          if (other.length > 0) return note(`${listed(other)}: another password than the one that earshot has written`);
          const hidden = accounts.filter((name) => !auths.has(name));
          return hidden.length > 0
            ? unseen(`no auth section is called ${listed(hidden)}`)
            : ok("in force: the passwords are those that earshot has written");
        }),
    },
    {
      name: "pjsip.conf supervision accounts max_contacts",
      judge: ({ aors, version }) =>
        judged(version, () => {
          const closed = accounts.filter((name) => (aors.get(name)?.get("max_contacts") ?? "0") === "0");
          return closed.length === 0
            ? ok("in force: phones may register")
            : fail(`no phone can register at ${listed(closed)}`);
        }),
    },
    {
      name: "extensions.conf hints of supervision accounts",
      judge: ({ ami }) =>
        judged(ami, ({ hints }) =>
          judged(hints, (all) => {
            const devices = new Set(accounts.map((name) => `PJSIP/${name}`.toLowerCase()));
            const watching = all.filter((hint) =>
              hint.devices
                .toLowerCase()
                .split(/[&,]/)
                .some((one) => devices.has(one.trim())),
            );
            if (watching.length === 0) return ok("in force: no hint watches one");
            const named = watching.map(({ exten, context, devices: of }) => `${exten}@${context} (${of})`);
            return fail(`watched by ${listed(named)}: a BLF key shows that a supervision begins, a hidden one too`);
          }),
        ),
    },
  ];
}

function dialplanLines(app: string): readonly CheckedLine[] {
  const stasis = `${names.takeOver},1,Stasis(${app},${names.takeOver})`;
  const bridge = `${names.connect},1,Bridge(\${${names.connectWith}})`;
  const line = (exten: string, wanted: string): CheckedLine => ({
    name: `extensions.conf [${app}] ${exten}`,
    judge: ({ ami }) =>
      judged(ami, ({ dialplan }) =>
        judged(dialplan.get(`${app},${exten}`) ?? { ok: false, why: "it was not asked for" }, (there) => {
          if (!there) return fail("the dialplan has no such extension: no call can be handed over to a supervisor");
          return judged(fileOf(ami, `extensions.conf [${app}]`), (file) =>
            values(file, app, "exten").includes(wanted)
              ? ok("in force, as the file has it")
              : fail(`does something else than ${wanted.slice(wanted.indexOf(",1,") + 3)}`),
          );
        }),
      ),
  });
  const empty = noTransfer.TRANSFER_CONTEXT;
  return [
    line(names.takeOver, stasis),
    line(names.connect, bridge),
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

function lampLines(devices: readonly Device[]): readonly CheckedLine[] {
  return [
    {
      name: `extensions.conf [${names.lamps}]`,
      judge: ({ ami }) =>
        judged(ami, ({ hints }) =>
          judged(hints, (all) => {
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

function queueLine(key: string): CheckedLine {
  return {
    name: `queues.conf [${names.queue}] ${key}`,
    judge: ({ ami }) =>
      judged(ami, ({ queues }) =>
        judged(queues, (running) =>
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

function notifyLine(file: readonly FileSection[]): Finding {
  const [event] = values(file, names.resync, "Event");
  if (event === undefined) return note("is not there: phones cannot be told to read their configuration again");
  return event.startsWith("check-sync") ? byFile(event) : note(`says ${event} instead of check-sync`);
}
