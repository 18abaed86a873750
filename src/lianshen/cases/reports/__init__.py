"""The monthly bulletin and the quarterly assessment of agencies (Art. 18): what is measured, how, and on paper."""
