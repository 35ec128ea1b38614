import type { AriServer } from "./ari-server.ts";
import { ariPbx, Earshot, type EarshotConfig } from "./earshot.ts";
import { nameOf, stories } from "./recording.ts";

/** How many have a phone that is given its files. */
export const PHONES = 200;
const CALLS = 10;

export const supervisors = Array.from({ length: PHONES }, (_, index) => String(1_001 + index));
const agents = Array.from({ length: CALLS }, (_, index) => String(9_001 + index));

/** A site whose phones get everything from earshot, with a few calls on the board. */
export async function phoneSite(
  ari: AriServer,
  {
    more = {},
    files = {},
    http,
  }: {
    /** Of `provisioning`. */
    readonly more?: object;
    readonly files?: Readonly<Record<string, string>>;
    readonly http?: EarshotConfig["http"];
  } = {},
): Promise<Earshot> {
  ari.list(agents.map((extension, index) => stories().dial.talking(index, extension)));
  const team = { teams: ["support"] } as const;
  return new Earshot({
    pbx: ariPbx(await ari.start()),
    people: [
      ...supervisors.map(
        (extension) => ({ extension, name: `Supervisor ${extension}`, role: "team-manager", ...team }) as const,
      ),
      ...agents.map((extension) => ({ extension, name: nameOf(extension), role: "agent", ...team }) as const),
    ],
    phones: supervisors,
    provisioning: {
      ...{ mode: "full", serve: true, accounts: "accounts.csv", ...more },
      ...{ sip: { server: "pbx.example.com" }, time: { server: "pool.ntp.org", zone: "Europe/Berlin" } },
    },
    files: {
      "accounts.csv": ["extension,user,password", ...supervisors.map((one) => `${one},${one},sip-${one}`), ""].join(
        "\n",
      ),
      ...files,
    },
    ...(http && { http }),
  });
}
