import { branchAccountName, type Config } from "../model/index.js";
import { announcingRights, branchRights, gatewayRights, homeAssistantRights, personRights } from "./access.js";
import { type AccessFacts, type AccessFile, accessFacts, inComment } from "./access-file.js";
import type { HomeAssistantSite } from "./home-assistant-device.js";

/**
 * The access file (`acl.conf`) of an EMQX 5.1.1 or newer that serves exactly this configuration, written by its
 * documentation and by the specification in the file that EMQX brings; nobody here has run it.
 */
export function emqxAccess(config: Pick<Config, "gateway" | "mqtt" | "people" | "branches">): AccessFile {
  const checked = accessFacts(config, "EMQX");
  if (!checked.ok) return checked;
  const { facts } = checked;
  const { gateway, base, username, people, branches, site, home } = facts;
  // How EMQX compares other letters in this file is not documented.
  if (!/^[\x20-\x7e]+$/.test(username)) {
    return { ok: false, sentence: "The gateway's account at EMQX must be of letters, digits and signs of ASCII." };
  }
  if (home !== undefined && !/^[\x20-\x7e]+$/.test(home)) {
    return { ok: false, sentence: "Home Assistant's account at EMQX must be of letters, digits and signs of ASCII." };
  }
  const own = gatewayRights(gateway, base, branches.length > 0);
  const announcing = site ? announcingRights(site) : { read: [], write: [] };
  const lines = [
    ...preamble(facts),
    "",
    "%% The gateway: it writes what devices show and how phones fare, and reads the wishes for help.",
    rule(username, "publish", [...own.write, ...announcing.write]),
    rule(username, "subscribe", [...own.read, ...announcing.read]),
    ...(site && home ? homeAssistantPart(home, site) : []),
    ...people.flatMap(({ id, name, role }) => {
      const { read, write } = personRights(id, base);
      return [
        "",
        `%% The devices of ${inComment(name)} (${role}): their own topics, and whether the gateway is there.`,
        rule(id, "subscribe", read),
        rule(id, "{publish, [{retain, false}]}", write),
      ];
    }),
    ...branches.flatMap(({ id }) => {
      const { read, write } = branchRights(id, base);
      return [
        "",
        `%% The branch office ${id}: what its own phones are to show, and how they fare.`,
        rule(branchAccountName(id), "subscribe", read),
        rule(branchAccountName(id), "publish", write),
      ];
    }),
    "",
    "{deny, all}.",
  ];
  return { ok: true, text: `${lines.join("\n")}\n` };
}

function homeAssistantPart(home: string, site: HomeAssistantSite): readonly string[] {
  const { read, write, birth } = homeAssistantRights(site);
  return [
    "",
    "%% Home Assistant: what everybody's devices show in one word, notices, calls, hands, and wishes for help in their name.",
    rule(home, "subscribe", read),
    rule(home, "publish", [birth]),
    rule(home, "{publish, [{retain, false}]}", write),
  ];
}

function preamble({ gateway, byCertificate }: AccessFacts): readonly string[] {
  return [
    `Access file of EMQX 5 (5.1.1 or newer) for the earshot gateway ${gateway}, written by: earshot operate emqx`,
    "Written from EMQX's documentation. It has not been run: try it with the account of one agent before you trust it.",
    "Write it again when people, gateway or mqtt change.",
    "",
    "In emqx.conf, with this as the one source of type `file`:",
    "    authorization.no_match = deny",
    "    authorization.deny_action = ignore",
    '    authorization.sources = [{ type = file, enable = true, path = "etc/earshot-acl.conf" }]',
    ...(byCertificate
      ? [
          "    mqtt.peer_cert_as_username = cn",
          "    (and fail_if_no_peer_cert = true, verify = verify_peer at that listener)",
        ]
      : []),
    "and an authenticator that knows these accounts: without one EMQX lets everybody in, under any name.",
    "",
    "EMQX looks at the filter of a subscription alone, not at each message: a device that asks for `#` is refused there",
    "and gets nothing; it has to ask for what is granted. Retained messages outlive the gateway at EMQX: whoever reads",
    "them looks at the gateway's state too.",
  ].map((line) => `%% ${line}`.trimEnd());
}

function rule(username: string, action: string, topics: readonly string[]): string {
  return `{allow, {username, ${quoted(username)}}, ${action}, [${topics.map(quoted).join(", ")}]}.`;
}

/** An Erlang string. */
function quoted(text: string): string {
  return `"${text.replace(/[\\"]/g, "\\$&")}"`;
}
