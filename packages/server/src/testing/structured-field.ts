export interface FieldItem {
  name: string;
  params: Record<string, number | string>;
}

const PARAM = /;([a-z*][a-z0-9_.*-]*)=(?:(-?\d{1,15})|"((?:[ !#-[\]-~]|\\["\\])*)")/y;
const NAME = /"((?:[ !#-[\]-~]|\\["\\])*)"/y;
const COMMA = /[ \t]*,[ \t]*/y;

/** A List of Strings with parameters that are Integers or Strings (RFC 9651). Throws for anything else. */
export function parseFieldList(text: string): FieldItem[] {
  const items: FieldItem[] = [];
  let at = 0;
  const take = (pattern: RegExp) => {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match) at = pattern.lastIndex;
    return match;
  };
  for (;;) {
    const name = take(NAME);
    if (!name) throw new Error(`no String at ${at} of ${text}`);
    const params: FieldItem['params'] = {};
    for (let param = take(PARAM); param; param = take(PARAM)) {
      params[param[1]!] = param[2] === undefined ? param[3]! : Number(param[2]);
    }
    items.push({ name: name[1]!, params });
    if (at === text.length) return items;
    if (!take(COMMA)) throw new Error(`no comma at ${at} of ${text}`);
  }
}
