import { afterAll, beforeAll, describe } from "vitest";
import { pbxContract } from "../contract/pbx-contract.ts";
import { AsteriskLab } from "./asterisk.ts";
import { ContractLab, contractLab } from "./contract-harness.ts";
import { asteriskPart } from "./parts.ts";

const part = await asteriskPart();

describe(`Asterisk ${part.ok ? part.version : `(${part.why})`}`, () => {
  const lab = new AsteriskLab(contractLab);
  const contract = new ContractLab(lab);
  beforeAll(() => contract.start());
  afterAll(() => contract.stop());
  pbxContract("Asterisk", async () => contract.harness());
});
