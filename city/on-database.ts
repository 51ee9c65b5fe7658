import { userInfo } from 'node:os';
import { InputError } from '../contract/input-error.ts';
import { SetError } from './store/configurations.ts';
import { connect, type Sql } from './store/database.ts';
import { migrate } from './store/migrations.ts';
import { schema } from './store/schema.ts';

/** A command on the city's database. */

export type Output = { text: string; json: unknown };
export type Where = { database: string };

/** @throws InputError with what is wrong with the database, and what `work` throws of its own kinds */
export async function onDatabase<T>({ database }: Where, work: (sql: Sql) => Promise<T>): Promise<T> {
  const sql = connect(database, { max: 1 });
  try {
    await migrate(sql, schema);
    return await work(sql);
  } catch (error) {
    if (error instanceof InputError || error instanceof SetError) throw error;
    throw new InputError([`--database: ${error instanceof Error ? error.message : String(error)}`]);
  } finally {
    await sql.end({ timeout: 5 });
  }
}

/** Who gives the command, as the audit names them. */
export const caller = () => `command:${userInfo().username}`;
