import assert from 'node:assert/strict';
import { test } from 'node:test';
import { csvLine } from './csv.ts';

test('abuse case 39: a text that a spreadsheet would calculate comes as text', () => {
  for (const start of ['=', '+', '-', '@', '\t', '\r', '\n', '\uff1d', '\uff0b', '\uff0d', '\uff20']) {
    const cell = csvLine([`${start}HYPERLINK("https://example.com")`]);
    assert.match(cell, /^"?'/, JSON.stringify(start));
    assert.equal(fieldsOf(cell)[0], `'${start}HYPERLINK("https://example.com")`);
  }
  for (const plain of ['a=1', ' =1', "'=1", '1-2', '{"a":"=1"}', '', 'Zoë']) {
    assert.deepEqual(fieldsOf(csvLine([plain])), [plain]);
  }
});

test('quotes, commas and line breaks stay in their cell (RFC 4180)', () => {
  const values = ['a "b"', 'a,b', 'a\r\nb', 'a\nb', '', null, 7, 'plain'];
  assert.equal(csvLine(values), '"a ""b""","a,b","a\r\nb","a\nb",,,7,plain\r\n');
  assert.deepEqual(fieldsOf(csvLine(values)), ['a "b"', 'a,b', 'a\r\nb', 'a\nb', '', '', '7', 'plain']);
});

/** One record, read as RFC 4180 says. */
function fieldsOf(line: string): string[] {
  const cells = line.slice(0, -2).matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))/g);
  return Array.from(cells, ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain!);
}
