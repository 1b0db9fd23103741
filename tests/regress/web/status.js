'use strict';
fetch('status.json').then(answer => answer.json()).then(status => {
	for (const cell of document.querySelectorAll('[data-of]'))
		cell.textContent = status[cell.dataset.of];
	document.getElementById('memory').value = status.memory;
	for (const client of status.clients) {
		const row = document.getElementById('clients').insertRow();

		for (const text of client)
			row.insertCell().textContent = text;
	}
});
