import type { Command } from "commander";
import type { AuditTools } from "./audit-commands.js";
import { localTime } from "./record.js";
import type { Answer, PhonesSeen } from "./reports.js";
import type { ConfigSource } from "./source.js";
import { table } from "./table.js";
import { tlsWords } from "./tls-words.js";

/** What `earshot phones seen` needs of `main.ts`. */
export interface SeenDeps {
  seen(source: ConfigSource): Promise<Answer<PhonesSeen>>;
  out(text: string): void;
}

/** `earshot phones seen`: what has shown itself on the network, in its own words. */
export function seenCommand(
  phones: Command,
  deps: SeenDeps,
  { source, common, given, json }: Omit<AuditTools, "failed">,
): void {
  common(
    phones.command("seen").description("devices that have shown themselves on the network, and whose they are"),
  ).action(async (options: { readonly config?: string; readonly json?: boolean }) => {
    const found = given(await deps.seen(source(options)));
    deps.out(options.json === true ? json(found) : text(found));
  });
}

function text({ standing, seen }: PhonesSeen): string {
  if (standing.length === 0 && seen.length === 0) {
    return "Nothing is looked for: the configuration has no `discovery`.\n";
  }
  const lines = standing.map(({ interface: name, by, state, why }) => [name, by, why ?? state]);
  const rows = seen.map(
    ({ mac = "", vendor = "", model = "", firmware = "", address, by, firstAt, lastAt, extension }) => [
      ...[mac, vendor, model, firmware, address, extension ?? "", by.join(", ")],
      ...[localTime(firstAt), localTime(lastAt)],
    ],
  );
  const heading = ["MAC", "Vendor", "Model", "Firmware", "Address", "Extension", "Seen by", "First", "Last"];
  const devices = rows.length === 0 ? "Nothing has shown itself yet." : table(heading, rows);
  const looking = lines.length === 0 ? "" : `${table(["Interface", "By", "Is"], lines)}\n\n`;
  const refusing = seen.flatMap(({ refused, mac, address }) =>
    refused ? [`${mac ? `${mac} at ${address}` : address} ${tlsWords[refused]}.\n`] : [],
  );
  return `${looking}${devices}\n${refusing.length > 0 ? `\n${refusing.join("")}` : ""}`;
}
