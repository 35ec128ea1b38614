/** The systemd unit of a branch office: a user of its own, its file read by root alone, and no socket to listen on. */
export function branchUnit(branch: string): string {
  return `# The branch office ${branch}, written by: earshot operate branch ${branch}
# As /etc/systemd/system/earshot-branch.service, with the file as /etc/earshot/branch.yaml (root alone, 0600); then:
#     systemctl daemon-reload && systemctl enable --now earshot-branch
[Unit]
Description=earshot, branch office ${branch}
Wants=network-online.target
After=network-online.target

[Service]
# A user who is nobody else and owns nothing; systemd hands the file over.
DynamicUser=yes
LoadCredential=branch.yaml:/etc/earshot/branch.yaml
ExecStart=/usr/bin/env earshot branch --config \${CREDENTIALS_DIRECTORY}/branch.yaml
Restart=always
RestartSec=2
# Outwards only.
SocketBindDeny=any
RestrictAddressFamilies=AF_INET AF_INET6
NoNewPrivileges=yes
CapabilityBoundingSet=
ProtectSystem=strict
ProtectHome=yes
ProtectProc=invisible
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectControlGroups=yes
PrivateTmp=yes
PrivateDevices=yes
RestrictNamespaces=yes
LockPersonality=yes
SystemCallArchitectures=native

[Install]
WantedBy=multi-user.target
`;
}
