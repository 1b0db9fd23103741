'use strict';
'require view';
'require form';
'require fs';
'require poll';
'require ui';

const PROGRAM = '/usr/sbin/et-phone-home';
const EVERY = 5;	// seconds between two looks at the state

// What "et-phone-home status" says: a first line, then name=value lines.
function parseStatus(text) {
	const lines = (text || '').trim().split('\n');
	const state = { running: /^running/.test(lines[0]), tunnels: [] };

	lines.slice(1).forEach(line => {
		const at = line.indexOf('=');

		if (at < 0)
			return;
		if (line.slice(0, at) === 'tunnel')
			state.tunnels.push(line.slice(at + 1));
		else
			state[line.slice(0, at)] = line.slice(at + 1);
	});
	return state;
}

function readStatus() {
	return fs.exec(PROGRAM, [ 'status' ]).then(done =>
		done.code === 0 ? parseStatus(done.stdout) :
		    { error: (done.stderr || '').trim() || _('exit status %d').format(done.code) }
	).catch(error => ({ error: error.message || String(error) }));
}

// E() parses a string as HTML; what stands in an array is text.
function row(title, value) {
	return E('tr', { 'class': 'tr' }, [
		E('td', { 'class': 'td left', 'width': '33%' }, [ title ]),
		E('td', { 'class': 'td left' }, [ value || '-' ])
	]);
}

function whenText(seconds) {
	return seconds ? new Date(seconds * 1000).toLocaleString() : null;
}

function statusTable(state) {
	if (state.error)
		return E('table', { 'class': 'table' }, [
			row(_('The state cannot be read'), state.error)
		]);
	return E('table', { 'class': 'table' }, [
		row(_('Service'), state.running ? _('running') : _('not running')),
		row(_('Last poll'), whenText(state.time)),
		row(_('Result'), state.result),
		row(_('Server'), state.server),
		row(_('Open tunnels'), state.tunnels.join(', '))
	]);
}

function pollNow() {
	return fs.exec(PROGRAM, [ 'poll' ]).then(done => {
		const said = (done.stderr || done.stdout || '').trim();

		ui.addNotification(null, E('p', [ said || _('Polled.') ]),
		    done.code === 0 ? 'info' : 'warning');
	}).catch(error => ui.addNotification(null,
	    E('p', [ error.message || String(error) ]), 'error'));
}

function addSettings(map) {
	const s = map.section(form.NamedSection, 'main', 'et-phone-home',
	    _('Settings'));
	let o;

	o = s.option(form.Value, 'id', _('Id'),
	    _('Id by which the server knows this device; by custom its MAC without colons.'));
	o.rmempty = false;
	o.validate = (section, value) =>
		/^[a-z0-9][a-z0-9._-]{0,63}$/.test(value) ||
		_('1 to 64 of a-z 0-9 . _ -, the first a letter or digit');

	o = s.option(form.DynamicList, 'server', _('Server'),
	    _('HOST or HOST:PORT, port 2222 by default; several in order of preference.'));
	o.rmempty = false;

	o = s.option(form.ListValue, 'mode', _('Mode'));
	o.value('poll', _('poll: connect at each interval'));
	o.value('wait', _('wait: hold one connection'));
	o.default = 'poll';

	o = s.option(form.Value, 'interval', _('Interval'),
	    _('Time between polls, in seconds.'));
	o.datatype = 'range(1, 65535)';
	o.placeholder = '60';
	o.depends('mode', 'poll');

	o = s.option(form.DynamicList, 'allow', _('Allowed ports'),
	    _('Ports that may be forwarded: PORT of this device, HOST:PORT of a machine behind it, or PORT=HOST:PORT. By default 22 and 80.'));

	o = s.option(form.DynamicList, 'forward', _('Standing forwards'),
	    _('PORT, or PORT:SERVERPORT, held open in mode wait; the server must permit them.'));
	o.depends('mode', 'wait');
}

return view.extend({
	load: readStatus,

	render: function(state) {
		const map = new form.Map('et-phone-home');
		const shown = E('div', { 'id': 'et-phone-home-status' },
		    [ statusTable(state) ]);

		addSettings(map);
		poll.add(() => readStatus().then(now =>
			shown.replaceChildren(statusTable(now))), EVERY);
		return map.render().then(settings => E('div', {}, [
			E('h2', [ _('ET Phone Home') ]),
			E('div', { 'class': 'cbi-map-descr' }, [
				_('Makes this device reachable by way of an SSH server.')
			]),
			E('h3', [ _('State') ]),
			shown,
			E('button', {
				'class': 'btn cbi-button cbi-button-action',
				'disabled': L.hasViewPermission() ? null : true,
				'click': ui.createHandlerFn(this, pollNow)
			}, [ _('Poll now') ]),
			settings
		]));
	}
});
