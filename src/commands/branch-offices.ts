import { randomBytes } from "node:crypto";
import { branchUnit, type ProgramDeps } from "../cli/index.js";
import { steadyClock } from "../clock/index.js";
import { branchFileText, describeProblems, readBranchFile } from "../config/index.js";
import { ownAddresses, PhoneDelivery } from "../delivery/index.js";
import { BranchOffice } from "../dispatch/index.js";
import { nearest } from "../model/index.js";
import { deliveryKey, MqttBranchLink } from "../mqtt/index.js";
import { loadSecrets, publicKeyText } from "../store/index.js";
import { configured } from "./configuration.js";
import { logAt } from "./log.js";
import { stopOnSignal } from "./signals.js";
import { version } from "./version.js";

/** The files that a branch office starts with. */
export const branchFiles: ProgramDeps["branchFiles"] = async (source, id) => {
  const read = await configured(source);
  if (!read.ok) return read;
  const config = read.value;
  const branches = config.branches ?? [];
  const branch = branches.find((one) => one.id === id);
  if (!branch) {
    const near = nearest(
      id,
      branches.map((one) => one.id),
    );
    const hint = near === undefined ? "" : ` Did you mean ${near}?`;
    return { ok: false, sentence: `Nothing under branches has the id ${JSON.stringify(id)}.${hint}` };
  }
  const { branchPassword, branchKey } = await loadSecrets(config.data);
  const secrets = { password: branchPassword(branch.id), gateway: publicKeyText(branchKey) };
  return {
    ok: true,
    value: [
      { name: "branch.yaml", text: branchFileText(config, branch, secrets), secret: true },
      { name: "earshot-branch.service", text: branchUnit(branch.id), secret: false },
    ],
  };
};

/** Joins the rooms that a branch office needs: nothing of it listens, and nothing of it is written to a disk. */
export const branch: ProgramDeps["branch"] = async (path) => {
  const result = readBranchFile(path);
  if (!result.ok) return { ok: false, sentence: describeProblems(result.problems) };
  const { branch, base, broker, gateway, phones } = result.file;
  const log = logAt("info");
  const { password: account } = broker;
  const keys = new Map(phones.map(({ mac, push }) => [mac, deliveryKey(mac, { account, ...push })]));
  const link = new MqttBranchLink({ branch, base, broker, gateway, phones: keys, log });
  const push = new PhoneDelivery({ extensionOf: () => undefined, notify: undefined, host: ownAddresses() });
  const newNonce = (): string => randomBytes(18).toString("base64url");
  const office = new BranchOffice({ phones, link, push, clock: steadyClock, log, random: Math.random, newNonce });
  office.start();
  stopOnSignal({
    stop: async () => {
      office.stop();
      await Promise.all([link.stop(), push.stop()]);
    },
  });
  process.stdout.write(`earshot ${version} pushes to ${phones.length} phones of the branch office ${branch}.\n`);
  return { ok: true, value: undefined };
};
