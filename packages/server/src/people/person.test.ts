import assert from 'node:assert/strict';
import { test } from 'node:test';
import { normalizeEmail, personMistake } from './person.ts';

const ADA = { name: 'Ada', email: 'ada@example.com', password: '0123456789' };

test('a person needs a name, an address and a password, within their bounds', () => {
  assert.equal(personMistake(ADA), null);
  for (const [field, values] of Object.entries({
    name: ['', '  ', 'x'.repeat(121)],
    email: ['', 'ada', 'ada@', '@example.com', 'a b@example.com', 'a@b@c', `${'x'.repeat(250)}@a.de`],
    password: ['', '123456789', 'x'.repeat(129)],
  })) {
    for (const value of values) {
      assert.equal(personMistake({ ...ADA, [field]: value })?.field, field, `${field}: ${value}`);
    }
  }
});

test('one address in other letters is the same person', () => {
  assert.equal(normalizeEmail('  Ada@Example.COM '), 'ada@example.com');
});
