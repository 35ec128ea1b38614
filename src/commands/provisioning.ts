import { type ConfigSource, controlClient, type ProgramDeps, startCommand } from "../cli/index.js";
import { loadSheets } from "../http/index.js";
import { parseMac } from "../model/index.js";
import { phoneAccounts } from "../pbx/index.js";
import { Provisioner, recipe, servedAt } from "../provisioning/index.js";
import { knownSecrets } from "../store/index.js";
import { configured } from "./configuration.js";
import { withEntries } from "./entries.js";

/** What phones are told, by the configuration, the PBX and, for the addresses of pages, the running gateway. */
async function provisioner(source: ConfigSource): ReturnType<typeof Provisioner.open> {
  const read = await configured(source);
  if (!read.ok) return read;
  const gateway = controlClient(read.value.data, startCommand(source));
  const listed = await gateway.phones({ showUrls: true });
  const whole = await withEntries(source, read.value);
  if (!whole.ok) return whole;
  const { value: config } = whole;
  const known = (await loadSheets()).known();
  const launchers = listed.ok
    ? new Map(listed.value.flatMap(({ mac, url }): [string, string][] => (url ? [[mac, url]] : [])))
    : { why: listed.sentence.replace(/\.$/, "") };
  const password = (await knownSecrets(config.data))?.accountPassword;
  const served = config.provisioning?.serve && password ? servedAt(config.http.publicUrl, password) : undefined;
  return Provisioner.open({
    ...{ config, launchers, password, served, known },
    accounts: phoneAccounts,
  });
}

/** What `earshot provision` shows of what phones are told. */
export const provisioning: Pick<
  ProgramDeps,
  "provisionList" | "provisionFiles" | "provisionExplain" | "provisionRecipe"
> = {
  provisionList: async (source, { mode, show }) => {
    const opened = await provisioner(source);
    return opened.ok ? { ok: true, value: opened.value.list(mode, show) } : opened;
  },
  provisionFiles: async (source, mac, { mode, show }) => {
    const opened = await provisioner(source);
    return opened.ok ? opened.value.render(mac, mode, show) : opened;
  },
  provisionExplain: async (source, mac, key, { mode, show }) => {
    const opened = await provisioner(source);
    return opened.ok ? opened.value.explain(mac, key, mode, show) : opened;
  },
  provisionRecipe: async (source, vendor, kind, mac) => {
    if (mac === undefined) return recipe(vendor, kind);
    const opened = await provisioner(source);
    const address = opened.ok ? opened.value.address(mac, vendor) : opened;
    return address.ok ? recipe(vendor, kind, { mac: parseMac(mac) ?? mac, address: address.value }) : address;
  },
};
