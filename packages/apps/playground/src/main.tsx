import { render } from 'preact';
import { App } from './app.tsx';
import { adoptRoles } from './roles.ts';
import './style.css';

adoptRoles();
render(<App />, document.getElementById('app')!);
