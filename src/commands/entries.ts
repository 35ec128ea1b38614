import { type Answer, type ConfigSource, controlClient, gatewayRuns, startCommand } from "../cli/index.js";
import { loadSheets } from "../http/index.js";
import { type Config, phoneWays } from "../model/index.js";
import { entriesOf, withDatabase } from "../provisioning/index.js";
import { readEntries } from "../store/index.js";

/** With the people and phones of the database: those of the gateway that runs, else as they are written down. */
export async function withEntries(source: ConfigSource, config: Config): Promise<Answer<Config>> {
  const site = { known: (await loadSheets()).known(), ...phoneWays(config.pbx) };
  if (!(await gatewayRuns(config.data))) {
    const written = await readEntries(config.data);
    return written.ok ? { ok: true, value: withDatabase(config, written.value, site) } : written;
  }
  const gateway = controlClient(config.data, startCommand(source));
  const [people, phones] = [await gateway.people(), await gateway.phoneEntries({ passwords: true })];
  if (!people.ok) return people;
  if (!phones.ok) return phones;
  const entries = entriesOf(config, { people: people.value, phones: phones.value });
  return { ok: true, value: withDatabase(config, entries, site) };
}
