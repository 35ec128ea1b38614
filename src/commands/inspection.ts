import type { ConfigSource, Inspection, Probe } from "../cli/index.js";
import { systemClock } from "../clock/index.js";
import { loadSheets } from "../http/index.js";
import { probeBroker } from "../mqtt/index.js";
import { phoneAccounts, probePbx } from "../pbx/index.js";
import { provisioningProbe } from "../provisioning/index.js";
import { probeLamps } from "../sip/index.js";
import { knownSecrets } from "../store/index.js";
import { read } from "./configuration.js";
import { withEntries } from "./entries.js";

/** What `earshot check` looks at: the configuration now, and everything outside that can be tried, not yet tried. */
export async function inspect(source: ConfigSource): Promise<Inspection> {
  const result = await read(source, "read");
  if (!result.ok) return { problems: result.problems, warnings: [], probes: [] };
  const { warnings } = result;
  // The demo takes whatever port is free.
  if (source.kind === "demo") return { problems: [], warnings, probes: [] };
  const whole = await withEntries(source, result.config);
  const config = whole.ok ? whole.value : result.config;
  const unread: readonly Probe[] = whole.ok
    ? []
    : [{ name: "database", run: async () => ({ status: "fail", sentence: whole.sentence }) }];
  const broker: Probe = {
    name: "mqtt",
    run: async () => {
      const { ok, sentence } = await probeBroker(config.mqtt);
      return { status: ok ? "ok" : "fail", sentence };
    },
  };
  const secrets = await knownSecrets(config.data);
  const account = config.pbx.kind === "asterisk" ? config.pbx.sip : undefined;
  const extensions = config.people.map(({ extension }) => extension);
  const lamps: readonly Probe[] = account
    ? [
        {
          name: "pbx.sip",
          run: () => {
            const password = secrets?.accountPassword(account.username);
            return probeLamps({ account, password, extensions, clock: systemClock });
          },
        },
      ]
    : [];
  const phones = provisioningProbe({
    ...{ config, password: secrets?.accountPassword },
    known: (await loadSheets()).known(),
    accounts: phoneAccounts,
  });
  return {
    problems: [],
    warnings,
    probes: [...unread, ...probePbx(config, secrets?.accountPassword), ...lamps, broker, ...phones],
  };
}
