// The rules for passwords, as far as the page can judge them. The server judges them all.

/** What a password must differ from. */
export interface Owner {
  username: string;
  email: string;
}

/** A rule of the message catalogue; `met` is null when only the server can tell. */
export interface Rule {
  rule: "length" | "name" | "common";
  met: boolean | null;
}

const MIN = 8;
const MAX = 128;

/** Which rules a password meets. Without an owner it cannot be told whether it differs from the names. */
export function passwordRules(password: string, owner?: Owner): Rule[] {
  const length = Array.from(password).length;
  const same = (name: string): boolean => name.toLowerCase() === password.toLowerCase();
  return [
    { rule: "length", met: length >= MIN && length <= MAX },
    {
      rule: "name",
      met: owner ? password !== "" && !same(owner.username) && !same(owner.email) : null,
    },
    { rule: "common", met: null },
  ];
}
