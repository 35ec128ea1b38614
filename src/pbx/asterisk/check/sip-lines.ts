import { names } from "../setup/needs.js";
import { protocolOf, sipContexts, textedDevices, watchContext } from "../setup/sip-account.js";
import { type CheckedLine, fileOf } from "./access-lines.js";
import type { Checked, Facts, Settings } from "./facts.js";
import { byFile, type Finding, fail, judged, listed, note, ok, unseen } from "./finding.js";
import { stands } from "./lamp-lines.js";

/** earshot's own SIP account: what it may, and what it may not. */
export function sipLines({ config, people, phones = [], password }: Checked): readonly CheckedLine[] {
  const { sip } = config;
  if (sip === undefined) return [];
  const { username } = sip;
  const onEndpoint = (key: string, judge: (value: string) => Finding): CheckedLine => ({
    name: `pjsip.conf [${username}] ${key}`,
    judge: ({ endpoints }) =>
      judged(endpoints, (all) => {
        const own = all.get(username);
        return own === undefined ? absent(username) : judge(own.get(key) ?? "");
      }),
  });
  const is = (key: string, value: string, bad: (set: string) => Finding, words = value): CheckedLine =>
    onEndpoint(key, (set) => (set === value ? ok(`in force: ${words}`) : bad(set)));
  const context = watchContext(sip);
  const [hints] = sipContexts({ config, sip, people, phones }).filter(({ name }) => name === names.watch);
  return [
    ...transportLines(protocolOf(sip)),
    onEndpoint("type", () => ok("in force: it is an endpoint")),
    is("transport", names.websocket, (set) => note(`is ${shownAs(set)}: it may come by other ways too`)),
    is("auth", username, (set) => fail(`is ${shownAs(set)}: not its own password, or none at all`), "its own"),
    is("context", names.nowhere, (set) => fail(`is ${shownAs(set)}: calls can be made from it`)),
    onEndpoint("disallow", () => unseen("Asterisk shows only the codecs that are left")),
    is("allow_transfer", "false", () => note("is yes, and it never has a call"), "no"),
    is("allow_subscribe", "true", () => fail("is no: it can watch no busy lamp"), "yes"),
    is("subscribe_context", context, (set) => fail(`is ${shownAs(set)}: it looks for busy lamps elsewhere`)),
    is("message_context", names.messages, (set) => note(`is ${shownAs(set)}: its texts go elsewhere`)),
    is("rewrite_contact", "true", () => fail("is no: what it is to be told does not reach it"), "yes"),
    ...authLines(username, password),
    ...(hints === undefined ? [] : [hintsLine(hints.lines.map(({ value }) => value.split(",")[0] ?? ""))]),
    messagesLine({ config, sip, people, phones }),
  ];
}

function absent(username: string): Finding {
  return fail(`the PBX has no endpoint ${username}: busy lamps are not watched`);
}

function shownAs(set: string): string {
  return set === "" ? "not set" : set;
}

function transportLines(protocol: string): readonly CheckedLine[] {
  const of = (key: string, judge: (own: Settings) => Finding): CheckedLine => ({
    name: `pjsip.conf [${names.websocket}] ${key}`,
    judge: ({ version, transports }) =>
      judged(version, () => {
        const own = transports?.get(names.websocket);
        return own === undefined ? fail("the PBX has no such transport: the account cannot come in") : judge(own);
      }),
  });
  return [
    of("type", () => ok("in force: it is a transport")),
    of("protocol", (own) => {
      const set = own.get("protocol") ?? "";
      return set === protocol ? ok(`in force: ${protocol}`) : fail(`is ${shownAs(set)}, not ${protocol}`);
    }),
    of("bind", () => ok("of no meaning for a WebSocket: http.conf says where it listens")),
  ];
}

function authLines(username: string, password: Checked["password"]): readonly CheckedLine[] {
  const of = (key: string, judge: (value: string) => Finding): CheckedLine => ({
    name: `pjsip.conf [${username}] ${key}`,
    judge: ({ version, auths }) =>
      judged(version, () => {
        const own = auths.get(username);
        return own === undefined ? fail(`there is no auth ${username}`) : judge(own.get(key) ?? "");
      }),
  });
  return [
    of("auth_type", (set) => (set === "userpass" ? ok("in force: userpass") : note(`is ${shownAs(set)}`))),
    of("username", (set) => (set === username ? ok("in force: its own") : fail(`is ${shownAs(set)}`))),
    of("password", (set) => {
      if (password === undefined) return unseen("the data folder holds no secret.key that could be read");
      const right = set === password(username);
      return right ? ok("the one that earshot has written") : fail("is another one than earshot has written");
    }),
  ];
}

function hintsLine(extensions: readonly string[]): CheckedLine {
  return {
    name: `extensions.conf [${names.watch}]`,
    judge: ({ ami }) =>
      judged(ami, ({ hints }) =>
        judged(hints, (all) => {
          const there = new Set(all.filter(({ context }) => context === names.watch).map(({ exten }) => exten));
          const missing = extensions.filter((one) => !there.has(one));
          if (missing.length === 0) return ok(`in force: busy lamps of ${extensions.length} people`);
          return note(`no hint for ${listed(missing)}: nothing is known of their busy lamps`);
        }),
      ),
  };
}

function messagesLine(site: Omit<Parameters<typeof sipContexts>[0], "password">): CheckedLine {
  const wanted = sipContexts(site).find(({ name }) => name === names.messages)?.lines ?? [];
  const texted = textedDevices(site);
  return {
    name: `extensions.conf [${names.messages}]`,
    judge: ({ ami }: Facts) =>
      judged(fileOf(ami, `extensions.conf [${names.messages}]`), (file) => {
        if (texted.length === 0) return ok("nobody's phone is told by texts");
        if (stands(file, names.messages, wanted)) return byFile(`${texted.length} people`);
        return note("is not as written: texts may not reach who is to get them");
      }),
  };
}
