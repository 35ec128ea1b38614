import { afterAll, beforeAll, describe } from "vitest";
import { pbxContract } from "../contract/pbx-contract.ts";
import { AsteriskLab } from "./asterisk.ts";
import { ContractLab } from "./contract-harness.ts";
import { asteriskPart } from "./parts.ts";

/** Any number with a plus leaves by the trunk. */
const outsideCalls = `[phones]
exten => _+X.,1,Dial(PJSIP/\${EXTEN}@trunk,30)
`;

const part = await asteriskPart();

describe(`Asterisk ${part.ok ? part.version : `(${part.why})`}`, () => {
  const lab = new AsteriskLab({ dialplan: outsideCalls });
  const contract = new ContractLab(lab);
  beforeAll(() => contract.start());
  afterAll(() => contract.stop());
  pbxContract("Asterisk", async () => contract.harness());
});
