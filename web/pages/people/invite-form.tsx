import { useSignal } from '@preact/signals';
import type { InvitationMade } from '../../../contract/http/people.ts';
import { aboutBuilding, type Failed, isRefused } from '../../gateway/answer.ts';
import { Form, type FormValues, type Outcome, TextField } from '../../ui/form.tsx';
import { language } from '../../ui/language.ts';
import type { PeopleContext } from './context.ts';
import { BuildingChoice, LifeField, ReasonField, RoleField, reasonOf, roleOf } from './fields.tsx';
import { NewInvitation } from './new-invitation.tsx';
import { isOfBuildings, type Role, refText, roleText } from './roles.ts';
import { tell } from './tell.ts';

const weekHours = 168;
const maxUses = 500;

/** Makes an invitation: what it makes, of which building, for how many, for how long. */
export function InviteForm({ context }: { context: PeopleContext }) {
  const role = useSignal<Role>('resident');
  const made = useSignal<InvitationMade | null>(null);
  const { places } = context;

  async function send(values: FormValues): Promise<Outcome> {
    const chosen = context.me.role === 'admin' ? roleOf(values.text('invite-role')) : 'resident';
    const building = places.buildings.find((item) => refText(item) === values.text('invite-building'));
    if (isOfBuildings(chosen) && building === undefined)
      return { say: () => tell('noBuildings'), at: 'invite-building' };
    const uses = chosen === 'resident' ? Number(values.text('uses')) : 1;
    if (!(Number.isInteger(uses) && uses >= 1 && uses <= maxUses)) return { say: () => tell('usesWrong'), at: 'uses' };
    const ref =
      isOfBuildings(chosen) && building !== undefined ? { site: building.site, building: building.building } : null;
    const answer = await context.ask<InvitationMade>('POST', '/api/v1/invitations', {
      offer: { for: 'join', role: chosen, building: ref },
      uses,
      hours: Number(values.text('invite-hours')),
      ...reasonOf(values),
    });
    if (!answer.ok) return answer;
    made.value = answer.body;
    context.changed(null);
    return null;
  }

  return (
    <div class="invite">
      <Form id="invite" submit={tell('makeLink')} send={send} blame={fieldOf}>
        {/* A manager invites residents and nobody else, so there is nothing to choose. */}
        {context.me.role === 'admin' ? (
          <RoleField
            id="invite-role"
            chosen="resident"
            onChoice={(next) => {
              role.value = next;
            }}
          />
        ) : (
          <p class="field">
            <span class="name">{tell('role')}</span>
            <span>{roleText('resident', language.value)}</span>
          </p>
        )}
        <div hidden={!isOfBuildings(role.value)}>
          <BuildingChoice id="invite-building" places={places} />
          {places.buildings.length === 0 && <p class="hint">{tell('noBuildings')}</p>}
        </div>
        <div hidden={role.value !== 'resident'}>
          <TextField
            id="uses"
            label={tell('uses')}
            hint={tell('usesHint')}
            type="number"
            inputMode="numeric"
            min={1}
            max={maxUses}
            defaultValue="1"
          />
        </div>
        <LifeField id="invite-hours" chosenHours={weekHours} />
        <ReasonField id="invite-reason" />
      </Form>
      {made.value !== null && (
        <NewInvitation
          key={made.value.id}
          made={made.value}
          places={places}
          onClose={() => {
            made.value = null;
          }}
        />
      )}
    </div>
  );
}

/** Which field a refusal is about. */
function fieldOf(failed: Failed): string | undefined {
  return isRefused(failed, ...aboutBuilding) ? 'invite-building' : undefined;
}
