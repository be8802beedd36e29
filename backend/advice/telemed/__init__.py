"""Seeing a doctor from home: clinics and free slots, booking, what to send beforehand. It never diagnoses."""
