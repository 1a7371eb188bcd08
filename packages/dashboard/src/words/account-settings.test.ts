import assert from 'node:assert/strict';
import { test } from 'node:test';
import openapi from '@instavm/contract/openapi.json' with { type: 'json' };
import {
  boundsInWords,
  lengthInWords,
  NUMBER_SETTINGS,
  type NumberSettingName,
  readNumberSetting,
} from './account-settings.ts';

const NAMES = Object.keys(NUMBER_SETTINGS) as NumberSettingName[];

test("the bounds that a form shows are the contract's", () => {
  // biome-ignore lint/suspicious/noExplicitAny: the document is read as it is
  const published = (openapi as any).components.schemas.AccountUpdate.properties;
  for (const name of NAMES) {
    const { min, max, empty } = NUMBER_SETTINGS[name];
    const list = [published[name], ...(published[name].anyOf ?? [])];
    const number = list.find((schema: { minimum?: number }) => schema.minimum !== undefined);
    assert.deepEqual([number.minimum, number.maximum], [min, max], name);
    assert.equal(
      list.some(({ type }: { type?: string }) => type === 'null'),
      empty !== undefined,
      name,
    );
  }
});

test('a setting is a whole number within its bounds; only one may be empty', () => {
  assert.deepEqual(readNumberSetting('key_age_days', ' 30 '), { value: 30, problem: null });
  assert.deepEqual(readNumberSetting('max_keys', ''), { value: null, problem: null });
  for (const text of ['', '0', '3651', '-1', '1.5', '1e3', '0x10', '٣', '30 days', '9'.repeat(30)]) {
    assert.equal(
      readNumberSetting('key_age_days', text).problem,
      'This is a whole number, 1 to 3,650 days.',
      text,
    );
  }
});

test('bounds and lengths are told in words', () => {
  assert.equal(boundsInWords('session_idle_minutes'), '5 to 525,600 minutes');
  assert.equal(lengthInWords('session_idle_minutes', 10_080), '10,080 minutes are 7 d');
  assert.equal(lengthInWords('session_max_hours', 36), '36 hours are 1 d 12 h');
  assert.equal(lengthInWords('session_max_hours', 5), null);
  assert.equal(lengthInWords('session_idle_minutes', 5), null);
  assert.equal(lengthInWords('key_age_days', 90), null);
});
