import assert from 'node:assert/strict';
import { test } from 'node:test';
import { table } from './table.ts';
import { cell, printable } from './text.ts';

test('text from elsewhere cannot steer the terminal', () => {
  assert.equal(printable('a\u001b[2Jb\r\n\u202ec'), 'a\\u001b[2Jb\\u000d\\u000a\\u202ec');
  assert.equal(printable('Zoë 機械 👩‍💻'), 'Zoë 機械 👩‍💻');
});

test('a table pads every column, shows - for nothing, and colour takes no width', () => {
  const rows = [
    { id: 1, name: 'Zoë' },
    { id: 12, name: null },
  ];
  const text = table(rows, [
    { title: 'ID', value: (row) => row.id, paint: (padded) => `<${padded}>` },
    { title: 'Name', value: (row) => row.name },
  ]);
  assert.equal(text, '  ID  Name\n  --  ----\n  <1 >  Zoë \n  <12>  -   \n');
  assert.equal(cell(0), '0');
});
