import { controlClient, gatewayRuns, type ProgramDeps, startCommand } from "../cli/index.js";
import { knownSecrets, verifyAudit as verifyRecord } from "../store/index.js";
import { dataOf, who } from "./running-gateway.js";

/** By the running gateway, which writes the row of it; without one the file is only read. */
export const verifyAudit: ProgramDeps["verifyAudit"] = async (source, head) => {
  const data = dataOf(source);
  if (await gatewayRuns(data)) {
    const asked = controlClient(data, startCommand(source));
    const check = await asked.verifyAudit({ who: who(), ...(head === undefined ? {} : { head }) });
    return check.ok ? { ok: true, value: { check: check.value, recorded: true } } : check;
  }
  const secrets = await knownSecrets(data);
  if (secrets === undefined) {
    return { ok: false, sentence: `There is no usable secret.key in ${data}: without it nothing can be verified.` };
  }
  return { ok: true, value: { check: await verifyRecord(data, secrets.audit, head), recorded: false } };
};
