import type { NewAccount } from "./accounts.ts";

/**
 * What a site has beside earshot so that every kind of call can be placed: accounts, dialplan and queues, the Local
 * channels written as FreePBX writes them.
 */
export const KINDS_SITE = {
  accounts: [
    { user: "2004", name: "Eva Lindt", kind: "phone", endpoint: ["disallow=all", "allow=g722"] },
    { user: "2005", name: "Finn Wirth", kind: "phone", endpoint: ["media_encryption=sdes"] },
    { user: "mobile", name: "", kind: "trunk", endpoint: [] },
  ] satisfies NewAccount[],
  modules: ["codec_g722", "res_srtp"],
  queues: `
[local-members](!)
strategy=linear
timeout=30
retry=1
ringinuse=no
joinempty=yes
setqueuevar=yes
setinterfacevar=yes
setqueueentryvar=yes

[kept](local-members)
member => Local/2001@from-queue/n,0,Ana,PJSIP/2001

[slim](local-members)
member => Local/2001@from-queue,0,Ana,PJSIP/2001

[away](local-members)
member => Local/2003@from-queue-away/n,0,Dita,PJSIP/2003
`,
  dialplan: `
[extensions]
; the same Dial as that of an extension, but with an option that keeps the call out of a native bridge
exten => 605,1,Dial(PJSIP/2001,30,t)
; queues whose members are Local channels that stay, or that go once the call is answered
exten => 610,1,Answer()
 same => n,Queue(kept,,,,60)
exten => 611,1,Answer()
 same => n,Queue(slim,,,,60)
exten => 612,1,Answer()
 same => n,Queue(away,,,,60)
; ring groups, by device and by Local channel
exten => 620,1,Dial(PJSIP/2003&PJSIP/2001,30)
exten => 621,1,Dial(Local/2003@from-internal/n&Local/2001@from-internal/n,30)
; a follow-me: Dita for twelve seconds, long enough to be seen ringing on a busy machine, then Ana
exten => 630,1,Dial(Local/2003@from-internal/n,12)
 same => n,Dial(Local/2001@from-internal/n,30)

[from-trunk]
; Dita's own extension, called from outside: her device for twelve seconds, then her mobile phone by the trunk
exten => 2003,1,Dial(PJSIP/2003,12)
 same => n,Dial(Local/017055501@from-internal/n,30)

[from-internal]
include => extensions
exten => _01X.,1,Dial(PJSIP/\${EXTEN}@mobile,30)

[from-queue]
include => from-internal

[from-queue-away]
exten => 2003,1,Dial(PJSIP/017055501@mobile,30)
`,
};
