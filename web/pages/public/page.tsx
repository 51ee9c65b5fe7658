import { route } from '../../ui/router.ts';
import { LotForDrivers, LotsForDrivers } from './lots.tsx';
import './public.css';
import { MyReservation } from './reservation.tsx';

/** The pages for anybody, without signing in: lots for drivers, and a reservation by its own key. */
export default function PublicPage() {
  const [, , kind, id] = route.value.path.split('/');
  if (kind === 'reservations') return <MyReservation id={id ?? ''} />;
  return id === undefined ? <LotsForDrivers /> : <LotForDrivers key={id} id={id} />;
}
