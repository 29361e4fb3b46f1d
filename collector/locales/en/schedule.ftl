# Schedules, votes in another's place, the board, many tickets at once.
calendar-changes = Change calendar
calendar-view-month = Month
calendar-view-week = Week
calendar-view-agenda = List
calendar-before = Before
calendar-after = After
board = Board
board-list = As a list
board-all = All of them
calendar-today = Today
calendar-span-label = What is shown
calendar-none = Nothing is planned in these days.
calendar-all-day = all day
calendar-blocked = blocked by a conflict
calendar-what-change = change
calendar-what-blackout = blackout
calendar-what-maintenance = maintenance
blackouts-title = Blackouts
blackouts-note = Times in which nothing is changed: it takes a right and a reason to do it all the same.
blackouts-none = No blackout.
blackout-new = New blackout
blackout-of = Of
blackout-everything = everything
blackout-when = When
conflict-blackout = blackout
conflict-outside-maintenance = outside its maintenance windows
conflict-partner = what stands in for it is changed too
bulk-note = Each for itself: one that cannot be moved does not keep the others.
bulk-outcome = Outcome
bulk-moved = moved
bulk-refused = not moved
hint-bulk-tickets = Numbers, one a line
hint-bulk-event = The event, such as assign or resolve
field-tickets = Tickets
field-event = Event
delegations-title = Votes in another's place
delegations-none = Nobody votes in your place, and you in nobody's.
delegation-new = Let somebody vote in your place
delegation-note = It goes no further, and never to who asks for a ticket or does its work.
delegation-from = In the place of
delegation-to = Votes
delegation-kind = On
delegation-all = all tickets
board-title = Board agenda
board-note = Changes of high risk that wait for the board.
board-none = Nothing waits for the board.
board-blocks = Blocking conflicts
board-vote = Votes
board-votes = { $voted } of { $seats }
calendar-conflicts =
    { $n ->
        [one] { $n } conflict
       *[other] { $n } conflicts
    }
ticket-bulk-title = Move many tickets
