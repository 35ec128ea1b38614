import { Provisioner, type ProvisionerParts } from "./provisioner.js";

/** One thing that `earshot check` looks at. */
export interface ProvisioningProbe {
  readonly name: string;
  run(): Promise<{ readonly status: "ok" | "note" | "fail"; readonly sentence: string }>;
}

type Parts = Pick<ProvisionerParts, "config" | "known" | "password" | "accounts">;

/**
 * Whether every phone gets what it must have, by data, configuration and PBX. No gateway is asked: the addresses of pages
 * are taken as known. Nothing where provisioning is not configured.
 */
export function provisioningProbe({ config, known, password, accounts }: Parts): readonly ProvisioningProbe[] {
  if (config.provisioning === undefined) return [];
  const launchers = new Map(config.phones.map(({ mac }) => [mac, `${config.http.publicUrl}/p/${"-".repeat(22)}/`]));
  const run: ProvisioningProbe["run"] = async () => {
    const opened = await Provisioner.open({ config, known, launchers, password, accounts });
    if (!opened.ok) return { status: "fail", sentence: opened.sentence };
    const phones = opened.value.list();
    const without = phones.filter(({ files }) => files.length === 0);
    const lacking = phones.filter(({ files, missing }) => files.length > 0 && missing.length > 0);
    const all = "earshot provision list has all of them";
    const first = (some: typeof phones): string => `${some[0]?.mac ?? ""}: ${some[0]?.missing[0] ?? ""}`;
    if (without.length > 0) {
      const sentence = `${without.length} of ${phones.length} phones get no file (${all}); ${first(without)}`;
      return { status: "fail", sentence };
    }
    if (lacking.length > 0) {
      const sentence = `${lacking.length} of ${phones.length} phones do without something (${all}); ${first(lacking)}`;
      return { status: "note", sentence };
    }
    return { status: "ok", sentence: `each of ${phones.length} phones gets all that it must have` };
  };
  return [{ name: "provisioning", run }];
}
