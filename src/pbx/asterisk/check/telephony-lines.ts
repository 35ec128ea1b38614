import type { ConfSection } from "../setup/conf.js";
import { handingOver, transferring } from "../setup/dialplan.js";
import {
  applicationOf,
  devicesOf,
  lampsOf,
  names,
  pjsipName,
  placeIn,
  queueVariables,
  transferVariable,
} from "../setup/needs.js";
import { confbridgeSections } from "../setup/telephony.js";
import { type CheckedLine, fileOf, values } from "./access-lines.js";
import { accountLines, accountsOf } from "./account-lines.js";
import type { FileSection } from "./ami-facts.js";
import type { Checked, Facts, Settings } from "./facts.js";
import { byFile, type Finding, fail, judged, listed, note, ok, type Seen, unseen } from "./finding.js";
import { type Device, lampLines, NONE_THERE, stands } from "./lamp-lines.js";
import { sipLines } from "./sip-lines.js";

/** pjsip.conf, extensions.conf, queues.conf and pjsip_notify.conf. */
export function telephonyLines(checked: Checked): readonly CheckedLine[] {
  const devices = checked.people.map((person): Device => {
    const { own } = devicesOf(checked.config, person);
    return { name: pjsipName(own) ?? own, lamps: lampsOf(person, checked.phones ?? []) };
  });
  const accounts = accountsOf(checked);
  return [
    ...deviceLines(devices, accounts),
    ...(accounts.length === 0 ? [] : accountLines(accounts, checked)),
    ...dialplanLines(applicationOf(checked.gateway)),
    ...transferLines(checked),
    ...confbridgeSections.flatMap(profileLines),
    ...lampLines(devices),
    ...sipLines(checked),
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

function isOn(settings: Settings | undefined): boolean {
  return settings?.get("direct_media") === "true";
}

/** The take-over context, extension by extension: each stands in the file with all its lines, in their order. */
function dialplanLines(app: string): readonly CheckedLine[] {
  const wanted = handingOver(app);
  const firsts = wanted.flatMap(({ key, value }, at) => (key === "exten" ? [{ value, at }] : []));
  const lines = firsts.map(({ value, at }, index): CheckedLine => {
    const [pattern = ""] = value.split(",");
    const rest = wanted.slice(at, firsts[index + 1]?.at);
    return {
      name: `extensions.conf [${app}] ${pattern}`,
      judge: ({ ami }) =>
        inForce(ami, app, `${placeIn(pattern)},1`, (file) => {
          if (file === undefined)
            return fail("the dialplan has no such extension: no call can be handed over to a supervisor");
          return stands(file, app, rest)
            ? ok("in force, as the file has it")
            : fail(
                `does something else than is written for it: ${rest.map((one) => afterPriority(one.value)).join(", then ")}`,
              );
        }),
    };
  });
  const empty = names.nowhere;
  return [
    ...lines,
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

/** Where transfers begin, if the site wants it. Nothing of Asterisk shows what an endpoint sets on its channels. */
function transferLines({ config: { transferContext }, people }: Checked): readonly CheckedLine[] {
  if (transferContext === undefined) return [];
  const { lines } = transferring(people, transferContext);
  return [
    {
      name: `extensions.conf [${names.transfer}]`,
      judge: ({ ami }) =>
        judged(fileOf(ami, `extensions.conf [${names.transfer}]`), (file) => {
          if (stands(file, names.transfer, lines)) return byFile(`${lines.length} lines`);
          return fail("is not as written: transfers of whoever may be supervised begin there");
        }),
    },
    {
      name: `extensions.conf [${transferContext}] supervisors`,
      judge: ({ ami }) =>
        judged(ami, ({ dialplan }) => {
          const places = lines.flatMap(({ key, value }) => (key === "exten" ? [value.split(",")[0] ?? ""] : []));
          const lost = places.filter((exten) => {
            const there = dialplan.get(`${transferContext},${exten},1`);
            return there?.ok === true && !there.value;
          });
          if (lost.length === 0) return ok("in force: each can be dialled there");
          return fail(`has no ${listed(lost)}: a transfer there would be accepted, and the customer lost`);
        }),
    },
    {
      name: `pjsip.conf [${names.transfers}] set_var`,
      judge: ({ ami }) =>
        judged(fileOf(ami, `pjsip.conf [${names.transfers}]`), (file) => {
          if (values(file, names.transfers, "set_var").includes(transferVariable)) return byFile(transferVariable);
          return note(`is not ${transferVariable}: a transfer to who listens rings a phone first`);
        }),
    },
  ];
}

function afterPriority(value: string): string {
  return value.replace(/^(?:[^,]*,1|n(?:\([a-z]+\))?),/, "");
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

function profileLines({ name = "", lines }: ConfSection): readonly CheckedLine[] {
  return lines.map(({ key, value }) => ({
    name: `confbridge.conf [${name}] ${key}`,
    judge: ({ ami }) =>
      judged(fileOf(ami, "confbridge.conf"), (file) => {
        const set = values(file, name, key);
        if (set.includes(value)) return byFile(value);
        if (key === "type") return fail("is not there: whoever is handed over would be hung up");
        return note(`is not ${value}: whoever is handed over hears what your PBX plays in conferences`);
      }),
  }));
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
